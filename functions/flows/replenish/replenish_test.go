package replenish

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

const day = 24 * time.Hour

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }

var (
	begin = time.Date(2026, 1, 2, 10, 0, 0, 0, time.UTC)
	facts = catalog.NewFacts([]catalog.Product{
		{SKU: "SOAP-1", Name: "Soap", Categories: []string{"soap"}, Consumable: events.Consumable{TypicalDays: 30}},
		{SKU: "SOAP-5", Name: "Much soap", Categories: []string{"soap"}, Consumable: events.Consumable{TypicalDays: 150}},
		{SKU: "WASH-1", Name: "Wash", Consumable: events.Consumable{TypicalDays: 30}},
		{SKU: "LAMP", Name: "Lamp", Categories: []string{"soap"}},
	}, nil, nil)
)

var made = sync.OnceValues(func() (*flow.Flow, error) { return Flow.Make(function.Env{}) })

// orders has a customer order so many days after the beginning, and the flow decide at the
// moment of each, or at now.
func orders(t *testing.T, th thread.Thread, now time.Time, placed ...events.OrderPlaced) (out flow.Output) {
	f, err := made()
	require.NoError(t, err)
	p := &profile.Profile{ID: "p"}
	out.Thread = th
	for i, o := range placed {
		var days int
		_, err := fmt.Sscanf(o.OrderID, "day %d", &days)
		require.NoError(t, err)
		o.Place = events.PlaceWeb
		at := begin.Add(time.Duration(days) * day)
		e, err := events.New("/shop", fmt.Sprint(i), at, o)
		require.NoError(t, err)
		profile.Fold(p, e, &o)
		decided := at
		if !now.IsZero() {
			decided = now
		}
		out, err = f.Turn(&flow.Input{Event: e, Data: o, Cause: fmt.Sprint(i), At: at, Now: decided, Profile: p, Thread: out.Thread, Facts: facts})
		require.NoError(t, err)
	}
	return out
}

func order(days int, skus ...string) events.OrderPlaced {
	o := events.OrderPlaced{OrderID: fmt.Sprintf("day %d", days)}
	for _, sku := range skus {
		o.Lines = append(o.Lines, events.Line{SKU: sku, Quantity: 1})
	}
	return o
}

func TestOnlyAnOrderOfWhatTheLetterWasAboutIsTheGoal(t *testing.T) {
	for sku, goal := range map[string]bool{
		"SOAP-1": true,
		"SOAP-5": true,  // it takes the place of the other
		"WASH-1": false, // it runs out, too, but no letter was about it
		"LAMP":   false, // whatever category it is in: it does not run out
		"NEW":    false,
	} {
		th := thread.Thread{Profile: "p", Contacts: []thread.Contact{{Flow: "replenish", Key: key, At: begin.Add(27 * day)}}}
		th.SetState("replenish", key, thread.State{About: begin, Data: []byte(`{"told":{"soap":{"sku":"SOAP-1","bought":"2026-01-02T10:00:00Z"}}}`)})
		out := orders(t, th, time.Time{}, order(0, "SOAP-1"), order(28, sku))
		require.Equal(t, goal, out.Goal, sku)
		require.Equal(t, goal, out.Touched, sku)
		require.Equal(t, goal, out.Thread.State("replenish", key).Goal.After(begin), "%s: channels let the letter be", sku)
	}
}

func TestWordOfAnOldOrderIsNoReasonToWrite(t *testing.T) {
	late := orders(t, thread.Thread{Profile: "p"}, begin.Add(27*day+13*time.Hour), order(0, "SOAP-1"))
	require.Equal(t, begin.Add(28*day), late.Thread.Timers[0].Due, "it was time half a day ago, and two days will be left")
	gone := orders(t, thread.Thread{Profile: "p"}, begin.Add(60*day), order(0, "SOAP-1"))
	require.Empty(t, gone.Thread.Timers)
	require.Equal(t, "has run out, or was written about", gone.Entry.Reason)
}

func TestInWhicheverOrderWordOfOrdersComesTheSameIsWaitedFor(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var placed []events.OrderPlaced
		for _, d := range rapid.SliceOfNDistinct(rapid.IntRange(0, 90), 1, 10, rapid.ID).Draw(r, "days") {
			placed = append(placed, order(d, rapid.SampledFrom([]string{"SOAP-1", "SOAP-5", "WASH-1", "LAMP"}).Draw(r, "sku")))
		}
		now := begin.Add(time.Duration(rapid.IntRange(90*24, 200*24).Draw(r, "now")) * time.Hour)
		waits := func(in []events.OrderPlaced) []time.Time {
			var due []time.Time
			for _, timer := range orders(t, thread.Thread{Profile: "p"}, now, in...).Thread.Timers {
				due = append(due, timer.Due)
			}
			return due
		}
		want := waits(placed)
		require.Equal(r, want, waits(rapid.Permutation(placed).Draw(r, "arrival")))
		if len(want) > 0 {
			require.Len(r, want, 1)
			require.True(r, want[0].After(now))
		}
	})
}

// shows is what comes of a card that was shown in a store, so long before it is decided.
func shows(t *testing.T, th thread.Thread, via events.VisitVia, late time.Duration, known catalog.Facts, settings map[string]string) flow.Output {
	f, err := Flow.Make(function.Env{Override: map[string]map[string]string{"replenish": settings}})
	require.NoError(t, err)
	p, o := &profile.Profile{ID: "p"}, order(0, "SOAP-1")
	o.Place = events.PlaceWeb
	e, err := events.New("/shop", "o", begin, o)
	require.NoError(t, err)
	profile.Fold(p, e, &o)
	p.Consents = []profile.Consent{{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true, Identifiers: []string{"login:m"}}}
	at := begin.Add(26 * day)
	visit := events.StoreVisited{StoreID: "cph-01", Via: via}
	e, err = events.New("/shop", "v", at, visit)
	require.NoError(t, err)
	out, err := f.Turn(&flow.Input{Event: e, Data: visit, Cause: "v", At: at, Now: at.Add(late), Profile: p, Thread: th, Facts: known})
	require.NoError(t, err)
	return out
}

func TestWhatATillAsks(t *testing.T) {
	on := map[string]string{"HOLDOUT": "0", "CONTROL": "0"}
	off := map[string]string{"HOLDOUT": "0", "CONTROL": "0", "AT_TILL": "0s"}
	soap := catalog.Product{SKU: "SOAP-1", Name: "Soap", Categories: []string{"soap"}, Consumable: events.Consumable{TypicalDays: 30}}
	stock := func(n int) catalog.Facts {
		return catalog.NewFacts([]catalog.Product{soap}, nil, []catalog.Stock{{StoreID: "cph-01", SKU: "SOAP-1", Available: n}})
	}
	ask := shows(t, thread.Thread{Profile: "p"}, events.ViaLoyaltyCard, time.Minute, stock(1), on)
	require.NotNil(t, ask.Action, ask.Entry.Reason)
	require.Equal(t, events.ActionPrompt, ask.Action.Kind)
	require.Equal(t, begin.Add(26*day+5*time.Minute), ask.Action.Until)
	require.Equal(t, []string{"SOAP-1"}, ask.Action.Content.Prompt.Products)
	require.Equal(t, "da", ask.Action.Content.Prompt.Language, "of a store of which nobody knows where it is, as for all else")

	for name, c := range map[string]struct {
		out    flow.Output
		reason string
	}{
		"once more":                  {shows(t, ask.Thread, events.ViaLoyaltyCard, 0, stock(1), on), "was written about, or asked for"},
		"word of it came late":       {shows(t, thread.Thread{Profile: "p"}, events.ViaLoyaltyCard, 6*time.Minute, stock(1), on), "too late to be of use"},
		"there is none":              {shows(t, thread.Thread{Profile: "p"}, events.ViaLoyaltyCard, 0, stock(0), on), "not in this store"},
		"nobody knows whether":       {shows(t, thread.Thread{Profile: "p"}, events.ViaLoyaltyCard, 0, catalog.NewFacts([]catalog.Product{soap}, nil, nil), on), "not in this store"},
		"at the door":                {shows(t, thread.Thread{Profile: "p"}, events.ViaQR, 0, stock(1), on), "of no use"},
		"the shop's tills ask never": {shows(t, thread.Thread{Profile: "p"}, events.ViaLoyaltyCard, 0, stock(1), off), "of no use"},
	} {
		require.Nil(t, c.out.Action, name)
		require.Equal(t, c.reason, c.out.Entry.Reason, name)
	}
}
