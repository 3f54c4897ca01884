package channel

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/function"
)

func TestNoMoreAreSentAtATimeThanTheProviderBears(t *testing.T) {
	s := open(t)
	s.pace.Concurrency = 3
	var now, most atomic.Int64
	s.post.answer = func(context.Context, int) error {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(5 * time.Millisecond)
		now.Add(-1)
		return nil
	}
	r := s.runner(s.db)
	var all sync.WaitGroup
	for i := range 20 {
		id := fmt.Sprintf("a%d", i)
		s.keep(letter(id))
		all.Go(func() {
			_, err := r.handle(t.Context(), asked(t, id, ann)) // as patient as it gets: the machine may be busy
			assert.NoError(t, err)
		})
	}
	all.Wait()
	require.Equal(t, 20, s.post.count())
	require.LessOrEqual(t, most.Load(), int64(3))
}

func TestTheProvidersRateIsKept(t *testing.T) {
	g := newGate(Pace{Rate: 100, Concurrency: 8})
	began := time.Now()
	for range 6 {
		leave, err := g.enter(t.Context(), time.Second)
		require.NoError(t, err)
		leave()
	}
	require.GreaterOrEqual(t, time.Since(began), 45*time.Millisecond)

	slow := newGate(Pace{Rate: 0.01, Concurrency: 1})
	leave, err := slow.enter(t.Context(), time.Second)
	require.NoError(t, err)
	leave()
	_, err = slow.enter(t.Context(), 10*time.Millisecond)
	require.EqualError(t, err, "the rate of 0.01 sends a second is used up")
	require.Empty(t, slow.slots, "the place was given back")
}

// carriers is a sender of two providers, by the flow.
type carriers struct{ *post }

func (c carriers) Send(ctx context.Context, d Delivery) (Receipt, error) {
	_, err := c.post.Send(ctx, d)
	return Receipt{Provider: c.Provider(d)}, err
}

func (carriers) Provider(d Delivery) string { return d.Action.Flow }

func TestEachOfSeveralProvidersHasItsOwnPace(t *testing.T) {
	s := open(t)
	a, b, other := letter("a1"), letter("a2"), letter("a3")
	other.Flow = "pickupready"
	s.keep(a, b, other)
	r := s.runner(s.db)
	r.sender = carriers{s.post}
	s.post.answer = func(_ context.Context, n int) error {
		if n == 1 {
			return &Fault{After: time.Hour, Err: errDown}
		}
		return nil
	}
	_, err := s.ask(r, "a1")
	require.ErrorContains(t, err, "connection refused")
	_, err = s.ask(r, "a2")
	require.ErrorContains(t, err, "the provider asked to be let alone")
	_, err = s.ask(r, "a3")
	require.NoError(t, err)
	require.Equal(t, 2, s.post.count())
}

func TestABrokerInAHurryIsServedWhileThereIsAPlace(t *testing.T) {
	s := open(t)
	s.pace.Timeout = 10 * time.Second
	r := s.runner(s.db)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for i := range 10 {
		id := fmt.Sprintf("a%d", i)
		s.keep(letter(id))
		_, err := r.handle(ctx, asked(t, id, ann))
		require.NoError(t, err)
	}
}

func TestAProviderThatAsksToBeLetAloneIs(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"), letter("a2"), letter("a3"))
	r := s.runner(s.db)
	wait := time.Hour
	s.post.answer = func(context.Context, int) error { return &Fault{After: wait, Err: errDown} }
	_, err := s.ask(r, "a1")
	require.Error(t, err)
	_, err = s.ask(r, "a2")
	require.ErrorContains(t, err, "asked to be let alone for another 1h0m0s")
	require.Equal(t, http.StatusServiceUnavailable, function.Status(err))
	require.Equal(t, 1, s.post.count())
	require.Zero(t, s.action("a2").Attempts, "waiting is no attempt")

	r, wait = s.runner(s.db), 30*time.Millisecond
	_, err = s.ask(r, "a1")
	require.Error(t, err)
	s.post.answer = nil
	began := time.Now()
	_, err = s.ask(r, "a3")
	require.NoError(t, err, "a short rest is waited for")
	require.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond)
}

// Many may be waiting for the rate when the first of them is told to go away.
func TestWhoWaitsForTheRateHearsThatTheProviderAsksToBeLetAlone(t *testing.T) {
	g := newGate(Pace{Rate: 20, Concurrency: 8})
	leave, err := g.enter(t.Context(), time.Second)
	require.NoError(t, err)
	defer leave()
	time.AfterFunc(10*time.Millisecond, func() { g.pause(time.Hour) })
	_, err = g.enter(t.Context(), time.Second)
	require.EqualError(t, err, "the provider asked to be let alone for another 1h0m0s")
	require.Len(t, g.slots, 1, "the place was given back")

	g = newGate(Pace{Concurrency: 8})
	g.pause(30 * time.Millisecond)
	time.AfterFunc(10*time.Millisecond, func() { g.pause(time.Hour) })
	_, err = g.enter(t.Context(), time.Second)
	require.ErrorContains(t, err, "the provider asked to be let alone", "also who waits for a rest that grows longer")
}

func TestPaceThatCannotBeKeptIsRefused(t *testing.T) {
	err := Pace{Rate: -1, Timeout: time.Minute, Lease: time.Second}.check()
	for _, want := range []string{
		"RATE is -1, expected sends a second, 0 for no limit", "CONCURRENCY is 0, expected 1 or more",
		"TIMEOUT is 1m0s, expected more than 0 and at most 20s", "LEASE is 1s, expected at least TIMEOUT and 5s, 1m5s",
		"MAX_AGE is 0s, expected more than 0", "MAX_ATTEMPTS is 0, expected 1 or more",
	} {
		require.ErrorContains(t, err, want)
	}
}
