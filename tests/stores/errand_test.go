package stores

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store/storetest"
)

// errand is a customer's way through the functions, each of which is told by hand.
type errand struct {
	*testing.T
	db        *storetest.Counter
	functions map[string]*function.Function
	customer  string

	mu    sync.Mutex
	now   time.Time
	out   []events.Event // emitted
	told  events.Event   // what was told last
	known events.Event   // collect's last answer
	reply *events.Event  // a flow's last answer
}

func (e *errand) clock() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now
}

func (e *errand) emit(_ context.Context, all events.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out = append(e.out, all)
	return nil
}

func (e *errand) open() {
	e.functions = map[string]*function.Function{}
	settings := map[string]map[string]string{}
	for _, spec := range functions.All {
		settings[spec.Name] = map[string]string{"HOLDOUT": "0", "CONTROL": "0", "OUTBOX": e.TempDir(),
			"IDENTITY_KEY": "a secret that is long enough", "LINK_KEY": strings.Repeat("k", 32)}
	}
	settings["affinity"]["EVERY"] = "24h"
	for _, one := range trips {
		if e.functions[one.function] != nil {
			continue
		}
		spec, ok := functions.Named(one.function)
		require.True(e, ok, one.function)
		f, err := spec.New(function.Env{Store: e.db, Now: e.clock, Emit: e.emit, Log: slog.New(slog.DiscardHandler), Override: settings})
		require.NoError(e, err)
		e.functions[one.function] = f
		if f.Close != nil {
			e.Cleanup(func() { require.NoError(e, f.Close()) })
		}
	}
}

// tell tells a function something a moment later.
func (e *errand) tell(name string, one events.Event) {
	e.Helper()
	e.told = one
	reply, err := e.functions[name].Guard()(e.Context(), one)
	require.NoError(e, err, "%s: %s", name, one.Type())
	switch {
	case reply == nil:
	case name == "collect":
		e.known = *reply
	case one.Type() != events.ActionRequested{}.Type():
		e.reply = reply
	}
}

// said is an event of the customer's.
func (e *errand) said(id string, data events.Data) events.Event {
	e.mu.Lock()
	e.now = e.now.Add(time.Second)
	e.mu.Unlock()
	one, err := events.New("/shop", e.customer+" "+id, e.clock(), data)
	require.NoError(e, err)
	return one
}

func (e *errand) who(types ...string) events.Common {
	ids := events.Identifiers{}
	for _, t := range types {
		ids[t] = e.customer
	}
	if ids[events.IDEmail] != "" {
		ids[events.IDEmail] += "@example.dk"
	}
	return events.Common{Customer: ids, Place: events.PlaceWeb}
}

func resolved(e *errand) events.Event { return e.known }
func asked(e *errand) events.Event    { return e.told }

func emitted(e *errand) events.Event {
	require.NotEmpty(e, e.out, "the timer's event")
	return e.out[len(e.out)-1]
}

func replied(e *errand) events.Event {
	require.NotNil(e, e.reply, "a flow's answer")
	require.Equal(e, events.ActionRequested{}.Type(), e.reply.Type())
	return *e.reply
}

func visitor(id string) func(*errand) events.Event {
	return func(e *errand) events.Event {
		return e.said(id, events.ProductViewed{Common: e.who("cookie"), SKU: "boot"})
	}
}

func login(e *errand) events.Event {
	return e.said("logs in", events.ProductViewed{Common: e.who("cookie", events.IDEmail), SKU: "boot"})
}

func consents(id string, granted bool) func(*errand) events.Event {
	return func(e *errand) events.Event {
		return e.said(id, events.ConsentChanged{Common: e.who(events.IDEmail), Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: granted})
	}
}

func scan(e *errand) events.Event {
	return e.said("scans", events.ItemScanned{Common: e.who(events.IDEmail), StoreID: "cph-01", SKU: "boot " + e.customer})
}

func basket(e *errand) events.Event {
	price := events.Money{Amount: 79900, Currency: "DKK"}
	return e.said("fills a basket", events.BasketUpdated{Common: e.who(events.IDEmail), BasketID: e.customer, Total: price,
		Lines: []events.Line{{SKU: "boot", Name: "Boot", Quantity: 1, Price: price}}})
}

func order(e *errand) events.Event {
	price := events.Money{Amount: 79900, Currency: "DKK"}
	return e.said("orders", events.OrderPlaced{Common: e.who(events.IDEmail), OrderID: e.customer, BasketID: e.customer, Delivery: events.DeliveryShip, Total: price,
		Lines: []events.Line{{SKU: "boot", Name: "Boot", Quantity: 1, Price: price}}})
}

func complaint(e *errand) events.Event {
	return e.said("complains", events.SocialMentioned{Common: e.who(events.IDEmail), Platform: "instagram", PostID: e.customer, Handle: e.customer,
		Language: "en", Text: "Terrible, awful service! The worst shop ever."})
}

func product(e *errand) events.Event {
	return e.said("a price", events.ProductChanged{SKU: "boot " + e.customer, Name: "Boot", Price: events.Money{Amount: 100, Currency: "DKK"},
		Complements: []string{"laces"}})
}

func tick(after time.Duration) func(*errand) events.Event {
	return func(e *errand) events.Event {
		e.mu.Lock()
		e.now = e.now.Add(after)
		e.mu.Unlock()
		one, err := events.New("/redthread/clock", e.clock().Format(time.RFC3339Nano), e.clock(), events.TimerTick{})
		require.NoError(e, err)
		return one
	}
}
