package timers_test

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
	"redthread.dev/functions/intake/timers"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// clockwork is the function with its surroundings.
type clockwork struct {
	t     *testing.T
	store store.Store
	now   time.Time
	f     *function.Function

	mu   sync.Mutex
	sent []events.Event
	fail func(e events.Event) error
}

func wind(t *testing.T, settings map[string]string) *clockwork {
	c := &clockwork{t: t, store: memory.New(), now: noon, fail: func(events.Event) error { return nil }}
	c.restart(settings)
	return c
}

// restart makes the function anew, as after a crash: it remembers nothing.
func (c *clockwork) restart(settings map[string]string) {
	f, err := timers.Spec.New(function.Env{
		Store: c.store, Now: func() time.Time { return c.now }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Override: map[string]map[string]string{"timers": settings},
		Emit: func(_ context.Context, e events.Event) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			if err := c.fail(e); err != nil {
				return err
			}
			c.sent = append(c.sent, e)
			return nil
		},
	})
	require.NoError(c.t, err)
	c.f = f
}

// set gives a customer timers.
func (c *clockwork) set(profile string, timers ...thread.Timer) {
	docs, err := c.store.Get(context.Background(), thread.Key(profile))
	require.NoError(c.t, err)
	th := thread.Thread{Profile: profile}
	for _, timer := range timers {
		th.SetTimer(timer)
	}
	w, err := thread.Write(th, docs[0].Version)
	require.NoError(c.t, err)
	require.NoError(c.t, c.store.Commit(context.Background(), w))
}

func timer(name string, due time.Time) thread.Timer {
	return thread.Timer{Flow: "basketrecovery", Name: name, Key: "b-1", Due: due, Set: noon.Add(-time.Hour)}
}

// tick sends a tick, and those that follow from it; it returns the ids that were
// sent to flows.
func (c *clockwork) tick(shards ...int) ([]string, error) {
	c.sent = nil
	e, err := events.New("/clock", "tick", c.now, events.TimerTick{Shards: shards})
	require.NoError(c.t, err)
	for next := &e; next != nil; {
		require.Less(c.t, len(next.ID()), 20, "ticks without end")
		if next, err = c.f.Handle(context.Background(), *next); err != nil {
			break
		}
	}
	ids := make([]string, len(c.sent))
	for i, e := range c.sent {
		ids[i] = e.ID()
	}
	slices.Sort(ids)
	return ids, err
}

func (c *clockwork) ticks(shards ...int) []string {
	ids, err := c.tick(shards...)
	require.NoError(c.t, err)
	return ids
}

func TestADueTimerGoesBackToItsFlow(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon.Add(-time.Minute)), timer("later", noon.Add(time.Minute)))
	require.Len(t, c.ticks(), 1)
	e := c.sent[0]
	require.NoError(t, e.Validate())
	require.Equal(t, "dev.redthread.timer.due.v1", e.Type())
	require.Equal(t, noon.Add(-time.Minute), e.Time())
	require.Equal(t, map[string]any{"flow": "basketrecovery", "profileid": "p-1", "partitionkey": "p-1"}, e.Extensions())
	due, err := events.Decode[events.TimerDue](e)
	require.NoError(t, err)
	require.Equal(t, events.TimerDue{Timer: "remind", Key: "b-1", Due: noon.Add(-time.Minute), SetAt: noon.Add(-time.Hour)}, due)
}

func TestATimerIsDueAtItsVeryInstantAndNotBefore(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	c.now = noon.Add(-time.Microsecond)
	require.Empty(t, c.ticks())
	c.now = noon
	require.Len(t, c.ticks(), 1)
}

func TestATimerIsNotSentTwiceInAFewMinutesButAgainWhenNothingCameOfIt(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	first := c.ticks()
	require.Len(t, first, 1)
	for range 4 {
		c.now = c.now.Add(time.Minute)
		require.Empty(t, c.ticks())
	}
	c.now = c.now.Add(time.Minute)
	require.Equal(t, first, c.ticks(), "the same event, with the same id")
}

func TestATimerThatMovedIsAnotherEvent(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	first := c.ticks()
	c.set("p-1", timer("remind", noon.Add(time.Minute)))
	c.now = noon.Add(time.Minute)
	second := c.ticks()
	require.Len(t, second, 1)
	require.NotEqual(t, first, second)
}

func TestAfterACrashTheSameTimersAreSentAgain(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	first := c.ticks()
	c.restart(nil)
	require.Equal(t, first, c.ticks())
}

func TestALateTickCatchesUpWithAllShards(t *testing.T) {
	c := wind(t, map[string]string{"BATCH": "7"})
	seen := map[string]bool{}
	for i := range 300 {
		profile := fmt.Sprintf("p-%d", i)
		seen[thread.Shard(profile)] = true
		c.set(profile, timer("remind", noon.Add(-time.Duration(i)*time.Hour)), timer("second", noon))
	}
	require.Len(t, seen, thread.Shards)
	ids := c.ticks()
	require.Len(t, slices.Compact(ids), 600)
	require.Empty(t, c.ticks())
}

// Nothing due is found out by one query, however many shards there are; and what is due in
// several of them goes out in the order of its times, the most overdue first.
func TestATickLooksAtAllShardsAtOnce(t *testing.T) {
	c := wind(t, map[string]string{"BATCH": "10"})
	counted := storetest.Counting(c.store)
	c.store = counted
	c.restart(map[string]string{"BATCH": "10"})
	require.Empty(t, c.ticks())
	require.Equal(t, storetest.Trips{Query: 1}, counted.Trips())
	for i := range 30 {
		c.set(fmt.Sprintf("p-%d", i), timer("remind", noon.Add(-time.Duration(i)*time.Hour)))
	}
	counted.Reset()
	e, err := events.New("/clock", "tick", c.now, events.TimerTick{})
	require.NoError(t, err)
	next, err := c.f.Handle(t.Context(), e)
	require.NoError(t, err)
	require.Equal(t, storetest.Trips{Query: 1}, counted.Trips())
	require.Equal(t, "tick+1", next.ID())
	var oldest []string
	for _, e := range c.sent {
		oldest = append(oldest, events.ProfileID(e))
	}
	require.ElementsMatch(t, []string{"p-29", "p-28", "p-27", "p-26", "p-25", "p-24", "p-23", "p-22", "p-21", "p-20"}, oldest)
	next, err = c.f.Handle(t.Context(), *next)
	require.NoError(t, err)
	require.Equal(t, "tick+2", next.ID())
	left, err := events.Decode[events.TimerTick](*next)
	require.NoError(t, err)
	require.Less(t, len(left.Shards), thread.Shards, "the shards that are through are not looked at again")
}

func TestATickForSomeShardsLeavesTheOthers(t *testing.T) {
	c := wind(t, nil)
	want := 0
	for i := range 64 {
		profile := fmt.Sprintf("p-%d", i)
		c.set(profile, timer("remind", noon))
		if s := thread.Shard(profile); s == thread.ShardName(3) || s == thread.ShardName(5) {
			want++
		}
	}
	require.NotZero(t, want)
	require.Len(t, c.ticks(3, 5), want)
	require.Len(t, c.ticks(), 64-want)
}

func TestWhatCouldNotBeSentIsSentNextTime(t *testing.T) {
	c := wind(t, nil)
	for i := range 20 {
		c.set(fmt.Sprintf("p-%d", i), timer("remind", noon), timer("second", noon))
	}
	n := 0
	c.fail = func(events.Event) error {
		if n++; n%3 == 0 {
			return errors.New("broker is away")
		}
		return nil
	}
	all := map[string]int{}
	for range 20 {
		ids, err := c.tick()
		for _, id := range ids {
			all[id]++
		}
		if err == nil {
			break
		}
		require.ErrorContains(t, err, "timers: send timer.due.v1")
		require.False(t, function.IsNever(err))
	}
	require.Len(t, all, 40)
	for id, times := range all {
		require.Equal(t, 1, times, id)
	}
}

func TestOneCustomersTimersGoOutInOrder(t *testing.T) {
	c := wind(t, nil)
	for i := range 40 {
		c.set(fmt.Sprintf("p-%d", i), timer("third", noon), timer("first", noon.Add(-2*time.Hour)), timer("second", noon.Add(-time.Hour)))
	}
	c.ticks()
	order := map[string][]string{}
	for _, e := range c.sent {
		due, err := events.Decode[events.TimerDue](e)
		require.NoError(t, err)
		order[events.ProfileID(e)] = append(order[events.ProfileID(e)], due.Timer)
	}
	require.Len(t, order, 40)
	for _, names := range order {
		require.Equal(t, []string{"first", "second", "third"}, names)
	}
}

func TestABrokenThreadDoesNotSilenceTheOthers(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	require.NoError(t, c.store.Commit(context.Background(), store.Write{Key: thread.Key("broken"), Data: []byte(`{"timers":"x"}`),
		Entry: store.Entry{Partition: thread.Shard("p-1"), Sort: store.SortTime(noon.Add(-time.Hour))}}))
	require.Len(t, c.ticks(), 1)
}

func TestAFailingStoreIsTriedAgain(t *testing.T) {
	c := wind(t, nil)
	c.store.Close()
	_, err := c.tick()
	require.ErrorIs(t, err, store.ErrClosed)
	require.False(t, function.IsNever(err))
}
