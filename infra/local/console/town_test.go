package console

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/flows/basketrecovery"
	"redthread.dev/functions/flows/churnrescue"
	"redthread.dev/functions/flows/pickupready"
	"redthread.dev/functions/flows/socialcare"
	"redthread.dev/functions/flows/storeretarget"
	"redthread.dev/functions/intake/collect"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/infra/local/shop"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// town is a shop whose events go through collect, the flows and the channels' own
// runtime, while the console looks on. Only the providers are not there.
type town struct {
	t        *testing.T
	now      atomic.Int64 // microseconds since 1970; pages ask while time goes on
	store    *memory.Store
	console  *Console
	collect  *function.Function
	graves   *function.Function
	flows    []*function.Function
	channels map[string]*function.Function
	failing  error // what providers say
}

// monday is a morning on which nobody sleeps.
var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, copenhagen)

var copenhagen = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		panic(err)
	}
	return zone
}()

func newTown(t *testing.T) *town {
	w := &town{t: t, channels: map[string]*function.Function{}}
	w.set(monday)
	w.store = memory.New(store.WithClock(w.clock))
	w.console = New(Config{Store: w.store, Now: w.clock, Zone: copenhagen, Outbox: "data/outbox"})
	t.Cleanup(func() { require.NoError(t, w.console.Close()) })
	env := function.Env{Store: w.store, Now: w.clock, Observe: w.console.Decided,
		Override: map[string]map[string]string{collect.Spec.Name: {"IDENTITY_KEY": "a key of a test, no secret"}}}
	w.collect = w.open(collect.Spec, env)
	w.graves = w.open(deadletter.Spec, env)
	for _, s := range []function.Spec{basketrecovery.Flow.Spec(), pickupready.Flow.Spec(), socialcare.Flow.Spec(), storeretarget.Flow.Spec(), churnrescue.Flow.Spec()} {
		env.Override[s.Name] = map[string]string{"HOLDOUT": "0", "CONTROL": "0"} // so that chance decides nothing
		w.flows = append(w.flows, w.open(s, env))
	}
	for _, name := range []string{"email", "sms", "push", "audience", "ticket"} {
		manifest := fmt.Sprintf("summary: A test's.\ngroup: channels\ntriggers: [{type: dev.redthread.action.requested.v1, filter: channel = '%s'}]\n", name)
		w.channels[name] = w.open(channel.Define(name, []byte(manifest), func(s struct{ channel.Pace }, _ function.Env) (channel.Sender, error) {
			return w, nil
		}), env)
	}
	return w
}

func (w *town) clock() time.Time { return time.UnixMicro(w.now.Load()).In(copenhagen) }

func (w *town) set(now time.Time) { w.now.Store(now.UnixMicro()) }

func (w *town) open(s function.Spec, env function.Env) *function.Function {
	f, err := s.New(env)
	require.NoError(w.t, err)
	return f
}

// Send implements channel.Sender.
func (w *town) Send(context.Context, channel.Delivery) (channel.Receipt, error) {
	return channel.Receipt{Provider: "test"}, w.failing
}

// say lets data come in as an event, now.
func (w *town) say(id string, data events.Data) {
	e, err := events.New("https://traadogtrae.example/web", id, w.clock().UTC(), data)
	require.NoError(w.t, err)
	w.take(e)
}

// take is an event from outside, with all that follows from it at once.
func (w *town) take(e events.Event) {
	w.console.Event(e)
	resolved, err := w.collect.Guard()(context.Background(), e)
	if err != nil {
		w.bury(e, err)
		return
	}
	if resolved == nil {
		return
	}
	w.console.Event(*resolved)
	for _, f := range w.flows {
		if slices.ContainsFunc(f.Manifest.Triggers, func(x function.Trigger) bool { return x.Type == e.Type() }) {
			w.hand(f, *resolved)
		}
	}
}

// bury sends an event to the dead letters, as the broker does.
func (w *town) bury(e events.Event, why error) {
	w.console.DeadLetter("collect", e, why.Error())
	e = e.Clone()
	e.SetExtension("knativeerrordest", "http://collect")
	e.SetExtension("knativeerrorcode", int32(function.Status(why)))
	e.SetExtension("knativeerrordata", base64.StdEncoding.EncodeToString([]byte(why.Error())))
	_, err := w.graves.Guard()(context.Background(), e)
	require.NoError(w.t, err)
}

func (w *town) hand(f *function.Function, e events.Event) {
	reply, err := f.Guard()(context.Background(), e)
	require.NoError(w.t, err)
	if reply == nil || reply.Type() != (events.ActionRequested{}).Type() {
		return
	}
	w.console.Event(*reply)
	outcome, err := w.channels[events.Extension(*reply, events.ExtChannel)].Guard()(context.Background(), *reply)
	if err == nil && outcome != nil {
		w.console.Event(*outcome)
	}
}

// pass lets the time pass until t; timers come, each at its time.
func (w *town) pass(t time.Time) {
	for {
		due := w.due(t)
		if len(due) == 0 {
			w.set(t)
			return
		}
		for _, d := range due {
			w.set(d.Due)
			e, err := events.New("/redthread/timers", fmt.Sprint(d.profile, d.Timer), d.Due, events.TimerDue{Timer: d.Name, Key: d.Key, Due: d.Due, SetAt: d.Set})
			require.NoError(w.t, err)
			e = events.Resolved(e, d.profile)
			i := slices.IndexFunc(w.flows, func(f *function.Function) bool { return f.Manifest.Name == d.Flow })
			w.hand(w.flows[i], e)
		}
	}
}

type dueTimer struct {
	profile string
	thread.Timer
}

func (w *town) due(t time.Time) []dueTimer {
	var due []dueTimer
	for i := range thread.Shards {
		for d, err := range w.store.Query(context.Background(), store.Query{Collection: thread.Collection, Partition: thread.ShardName(i), To: store.SortTime(t)}) {
			require.NoError(w.t, err)
			th, err := thread.Read(d)
			require.NoError(w.t, err)
			due = append(due, dueTimer{th.Profile, th.Timers[0]})
		}
	}
	slices.SortFunc(due, func(a, b dueTimer) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.profile, b.profile)) })
	return due
}

// live lives through days of the made-up shop.
func (w *town) live(customers, days int) {
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, copenhagen)
	for e := range shop.Days(shop.Config{Seed: 4, Customers: customers, Days: days, Start: start}) {
		w.pass(e.Time())
		w.take(e)
	}
}

// mette signs up, and agrees to be written to or says nothing about it.
func (w *town) mette(agrees bool) events.Common {
	who := events.Common{Customer: events.Identifiers{"login": "mette", "email": "mette@example.dk", "phone": "+4520123456"}, Locale: "da-DK"}
	w.say("signup", events.CustomerSignedUp{Common: who, Traits: events.Traits{events.TraitFirstName: "Mette"}})
	for _, c := range []events.ConsentChannel{events.ConsentEmail, events.ConsentAds} {
		if agrees {
			w.say("consent-"+string(c), events.ConsentChanged{Common: who, Channel: c, Purpose: events.PurposeMarketing, Granted: true})
		}
	}
	return who
}

// basket is a basket that the shop says was left.
func basket(who events.Common, id, name string) events.BasketAbandoned {
	price := events.Money{Amount: 5900, Currency: "DKK"}
	return events.BasketAbandoned{Common: who, BasketID: id, Total: price,
		Lines: []events.Line{{SKU: "YARN-1", Name: name, Quantity: 1, Price: price, ImageURL: "https://pictures.example/yarn.jpg"}}}
}

// serve serves the console on a port of loopback.
func (w *town) serve() *httptest.Server {
	s := httptest.NewServer(w.console)
	w.t.Cleanup(func() {
		w.console.Close()
		s.Close()
	})
	return s
}
