package ordersync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// mette and guest are two profiles, of one customer as it turns out.
const (
	mette = "01957e4a-6f00-7000-8000-000000000001"
	guest = "01957e4a-6f00-7000-8000-000000000002"
)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// counter is the real flow on a store, and a clock.
type counter struct {
	t      require.TestingT
	store  store.Store
	fn     *function.Function
	now    time.Time
	merged bool
}

func openCounter(t require.TestingT) *counter {
	c := &counter{t: t, now: monday.Add(24 * time.Hour)}
	clock := func() time.Time { return c.now }
	c.store = memory.New(store.WithClock(clock))
	fn, err := Flow.Spec().New(function.Env{Store: c.store, Now: clock, Override: map[string]map[string]string{name: {"SYSTEMS": "shop,loyalty,erp"}}})
	require.NoError(t, err)
	c.fn = fn
	for _, id := range []string{mette, guest} {
		c.keep(profile.Profile{ID: id})
	}
	return c
}

func (c *counter) keep(p profile.Profile) {
	docs, err := c.store.Get(context.Background(), profile.Key(p.ID))
	require.NoError(c.t, err)
	w, err := profile.Write(p, docs[0].Version)
	require.NoError(c.t, err)
	require.NoError(c.t, c.store.Commit(context.Background(), w))
}

// tell delivers an event that was resolved to a profile.
func (c *counter) tell(who string, e events.Event) *events.Event {
	reply, err := c.fn.Guard()(context.Background(), events.Resolved(e, who))
	require.NoError(c.t, err)
	return reply
}

// threads are those of the profiles that are not merged away.
func (c *counter) threads() (all []thread.Thread) {
	for _, id := range []string{mette, guest} {
		docs, err := c.store.Get(context.Background(), thread.Key(id))
		require.NoError(c.t, err)
		th, err := thread.Read(docs[0])
		require.NoError(c.t, err)
		all = append(all, th)
	}
	return all
}

// merge makes the guest Mette, as collect does.
func (c *counter) merge() {
	if c.merged {
		return
	}
	c.merged = true
	both := c.threads()
	one := thread.Merge(both[0], both[1])
	c.keep(profile.Tombstone(guest, mette))
	for _, th := range []thread.Thread{one, {Profile: guest, MergedInto: mette}} {
		docs, err := c.store.Get(context.Background(), thread.Key(th.Profile))
		require.NoError(c.t, err)
		w, err := thread.Write(th, docs[0].Version)
		require.NoError(c.t, err)
		require.NoError(c.t, c.store.Commit(context.Background(), w))
	}
}

// pass lets time pass; timers that come due come, each as often as is said.
func (c *counter) pass(d time.Duration, times int) {
	until := c.now.Add(d)
	for turn := 0; ; turn++ {
		require.Less(c.t, turn, 1000, "a timer comes again and again")
		var next thread.Timer
		var who string
		for _, th := range c.threads() {
			if len(th.Timers) > 0 && (who == "" || th.Timers[0].Due.Before(next.Due)) {
				next, who = th.Timers[0], th.Profile
			}
		}
		if who == "" || next.Due.After(until) {
			c.now = until
			return
		}
		c.now = later(c.now, next.Due)
		e, err := events.New(thread.WakeSource, next.WakeID(who), next.Due, events.TimerDue{Timer: next.Name, Key: next.Key, Due: next.Due, SetAt: next.Set})
		require.NoError(c.t, err)
		for range times {
			c.tell(who, e)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// actions are all that the flow asked for, of a kind.
func (c *counter) actions(kind events.ActionKind) (all []action.Action) {
	for _, id := range []string{mette, guest} {
		for d, err := range c.store.Query(context.Background(), store.Query{Collection: action.Collection, Partition: id}) {
			require.NoError(c.t, err)
			a, err := action.Read(d)
			require.NoError(c.t, err)
			if a.Kind == kind {
				all = append(all, a)
			}
		}
	}
	return all
}

// system is one of the shop's systems, as the channel's documentation asks of it.
type system struct {
	books map[string]action.Booking
	paid  map[string]int64 // back, by order: what goes out of the till never comes in again
}

func openSystem() *system {
	return &system{books: map[string]action.Booking{}, paid: map[string]int64{}}
}

func (s *system) take(b action.Booking) {
	if b.Revision <= s.books[b.OrderID].Revision {
		return
	}
	s.books[b.OrderID] = b
	s.paid[b.OrderID] += max(0, b.Refunded.Amount-s.paid[b.OrderID])
}

func (s *system) points() (sum int64) {
	for _, b := range s.books {
		sum += b.Points
	}
	return sum
}

func (s *system) stock() map[string]int {
	all := map[string]int{}
	for _, b := range s.books {
		for _, m := range b.Stock {
			all[m.SKU+" in "+m.StoreID] += m.By
		}
	}
	maps.DeleteFunc(all, unmoved)
	return all
}

func event(t require.TestingT, source, id string, at time.Time, data events.Data) events.Event {
	e, err := events.New(source, id, at, data)
	require.NoError(t, err)
	return e
}

func TestARecordOfAnOrderSaysWhoKnowsIt(t *testing.T) {
	c := openCounter(t)
	c.tell(mette, event(t, "/shop", "1", monday, lamp("w-1")))
	c.pass(time.Hour, 1)
	booked := c.actions(events.ActionSync)
	require.Len(t, booked, 1)
	done := event(t, "/redthread/crm", booked[0].ID+"-completed", c.now, events.ActionCompleted{ActionID: booked[0].ID, At: c.now})
	for range 2 {
		reply := c.tell(mette, done)
		require.NotNil(t, reply)
		said, err := events.Decode[events.OrderRecorded](*reply)
		require.NoError(t, err)
		require.Equal(t, events.OrderRecorded{}.Type(), reply.Type())
		require.Equal(t, events.OrderRecorded{OrderID: "w-1", In: []string{"shop", "loyalty", "erp"}}, said)
		require.Equal(t, mette, events.ProfileID(*reply))
	}
	require.Nil(t, c.tell(mette, event(t, "/redthread/crm", "other", c.now, events.ActionCompleted{ActionID: "another", At: c.now})))
}

func TestMoreThanIsKeptGoesToAPerson(t *testing.T) {
	c := openCounter(t)
	for i := range 70 {
		e := events.OrderCollected{OrderID: "w-1", StoreID: "cph-12", Lines: []events.Line{{SKU: "CUP", Quantity: 1}}}
		c.tell(mette, event(t, "/till", fmt.Sprint(i), monday.Add(time.Duration(i)*time.Second), e))
	}
	require.Len(t, c.actions(events.ActionTicket), 1)
	require.False(t, slices.ContainsFunc(c.actions(events.ActionSync), func(action.Action) bool { return true }))
}

func lamp(order string) events.OrderPlaced {
	o := events.OrderPlaced{OrderID: order, Delivery: events.DeliveryShip, Total: events.Money{Amount: 9900, Currency: "DKK"},
		Lines: []events.Line{{SKU: "LAMP", Quantity: 1, Price: events.Money{Amount: 9900, Currency: "DKK"}}}}
	o.Place = events.PlaceWeb
	return o
}

// A thread remembers so many orders. However fast they come, all are booked; a return of
// one that was forgotten goes to a person.
func TestWhoOrdersVeryOftenIsBookedToo(t *testing.T) {
	c := openCounter(t)
	for i := range 50 {
		id := fmt.Sprint("w-", i)
		c.tell(mette, event(t, "/shop", id, monday, lamp(id)))
	}
	c.pass(time.Hour, 1)
	require.Len(t, c.actions(events.ActionSync), 50)
	require.Empty(t, c.actions(events.ActionTicket))
	for i := range 30 {
		id := fmt.Sprint("later-", i)
		c.tell(mette, event(t, "/shop", id, monday, lamp(id)))
		c.pass(time.Hour, 1)
	}
	back := events.OrderReturned{OrderID: "w-0", ReturnID: "r-1", Refund: events.Money{Amount: 9900, Currency: "DKK"}, Lines: lamp("w-0").Lines}
	c.tell(mette, event(t, "/till", "back", monday.Add(time.Hour), back))
	c.pass(48*time.Hour, 1)
	require.Len(t, c.actions(events.ActionSync), 80)
	asked := c.actions(events.ActionTicket)
	require.Len(t, asked, 1)
	require.Equal(t, "w-0", asked[0].Content.Ticket.Thread)
}
