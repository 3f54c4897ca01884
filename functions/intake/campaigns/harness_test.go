package campaigns_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/campaigns"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// office is the function with its surroundings.
type office struct {
	testing.TB
	raw      store.Store
	now      time.Time
	settings map[string]string
	f        *function.Function

	mu   sync.Mutex
	sent []events.Event
	fail func(events.Event) error
}

func open(t testing.TB, settings map[string]string) *office {
	o := &office{TB: t, now: noon.Add(-24 * time.Hour), settings: settings, fail: func(events.Event) error { return nil }}
	o.raw = memory.New(store.WithClock(func() time.Time { return o.now }))
	o.on(o.raw)
	return o
}

// on makes the function on a store, as after a restart.
func (o *office) on(s store.Store) {
	f, err := campaigns.Spec.New(function.Env{
		Store: s, Now: func() time.Time { return o.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Override: map[string]map[string]string{"campaigns": o.settings}, Emit: o.emit,
	})
	require.NoError(o, err)
	o.f = f
}

func (o *office) emit(_ context.Context, e events.Event) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := o.fail(e); err != nil {
		return err
	}
	o.sent = append(o.sent, e)
	return nil
}

// customer is somebody with consents.
func customer(n int, consents ...profile.Consent) profile.Profile {
	return profile.Profile{ID: fmt.Sprintf("01957e4a-6f00-7000-8000-%012d", n), Consents: consents}
}

var takesMails = profile.Consent{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true, Identifiers: []string{"email:a"}}

func (o *office) keep(all ...profile.Profile) {
	for _, p := range all {
		docs, err := o.raw.Get(context.Background(), profile.Key(p.ID))
		require.NoError(o, err)
		w, err := profile.Write(p, docs[0].Version)
		require.NoError(o, err)
		require.NoError(o, o.raw.Commit(context.Background(), w))
	}
}

// crowd is n customers who take our mails.
func (o *office) crowd(n int) (ids []string) {
	for i := range n {
		p := customer(i, takesMails)
		o.keep(p)
		ids = append(ids, p.ID)
	}
	return ids
}

func newsletter() events.NewsletterPlanned {
	return events.NewsletterPlanned{NewsletterID: "2026-w12", SendAt: noon, Subject: "Klar til fjeldet", Slots: 6}
}

func catalogue() events.CataloguePlanned {
	return events.CataloguePlanned{CatalogueID: "efterår-2026", PrintAndPost: events.Money{Amount: 1450, Currency: "DKK"}, DropDate: "2026-05-01"}
}

// reader is a customer who takes post and has spent so much, in one order a while ago.
func reader(n int, spent int64) profile.Profile {
	post := takesMails
	post.Channel, post.Identifiers = events.ConsentPost, []string{"login:a"}
	c := customer(n, post)
	c.Identifiers = []profile.Identifier{{Type: events.IDLogin, Value: "a"}}
	ordered := noon.AddDate(0, -2, 0)
	c.Totals = profile.Totals{Orders: 1, First: ordered, Last: ordered, Spent: map[string]int64{"DKK": spent}}
	return c
}

// planned is the plan as it comes in, said at a time.
func (o *office) planned(id string, at time.Time, data events.Data) events.Event {
	e, err := events.New("https://shop.example/planning", id, at, data)
	require.NoError(o, err)
	return e
}

// tell hands an event to the function, again while it fails, as a broker does.
func (o *office) tell(e events.Event) {
	var err error
	for range 5 {
		if _, err = o.f.Guard()(context.Background(), e); err == nil {
			return
		}
		require.False(o, function.IsNever(err), "%v", err)
	}
	require.NoError(o, err)
}

// due are the timers that are set, with the plans they are of.
func (o *office) due() (all []events.Event) {
	for i := range thread.Shards {
		for doc, err := range o.raw.Query(context.Background(), store.Query{Collection: thread.Collection, Partition: thread.ShardName(i)}) {
			require.NoError(o, err)
			t, err := thread.Read(doc)
			require.NoError(o, err)
			for _, x := range t.Timers {
				e, err := events.New(thread.WakeSource, x.WakeID(t.Profile), x.Due, events.TimerDue{Timer: x.Name, Key: x.Key, Due: x.Due, SetAt: x.Set})
				require.NoError(o, err)
				e = events.Resolved(e, t.Profile)
				e.SetExtension(events.ExtFlow, x.Flow)
				all = append(all, e)
			}
		}
	}
	return all
}

// minute lets the time pass to a minute and tells the plans that are due by then.
func (o *office) minute(at time.Time) {
	o.now = at
	for _, e := range o.due() {
		if !e.Time().After(at) {
			o.tell(e)
		}
	}
}

// through lets the time pass from noon until nothing is left to do, and returns how many
// were addressed in each minute.
func (o *office) through() (each []int) {
	for at := noon; len(o.due()) > 0; at = at.Add(time.Minute) {
		before := len(o.sent)
		o.minute(at)
		each = append(each, len(o.sent)-before)
		require.Less(o, len(each), 1000, "it does not end")
	}
	return each
}

// addressed are the profiles that were sent something, each once for each of its ids.
func (o *office) addressed() (to []string) {
	ids := map[string]bool{}
	for _, e := range o.sent {
		if !ids[e.ID()] {
			ids[e.ID()] = true
			to = append(to, events.ProfileID(e))
		}
	}
	slices.Sort(to)
	return to
}

var errDown = errors.New("the broker is down")
