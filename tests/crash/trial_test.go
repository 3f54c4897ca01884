package crash

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/thread"
)

// phase is a part of a step: its timers, or its events.
type phase struct {
	night  int
	timers bool
	took   time.Duration
}

func (p phase) String() string {
	if p.timers {
		return fmt.Sprintf("timers of night %d", p.night)
	}
	return fmt.Sprintf("events of night %d", p.night)
}

// trial is one time that the town's days are lived through.
type trial struct {
	t      *testing.T
	host   *host
	steps  []step
	phases []phase
	began  time.Time
	took   time.Duration

	taken, again atomic.Int64
	ticks        int
	killed       int
	amid         int // kills that left events in the queue
	left         []strike
}

func newTrial(t *testing.T, path, name string, steps []step, also ...string) *trial {
	return &trial{t: t, host: newHost(t, path, name, also...), steps: steps}
}

// live goes through all steps; the strikes are for each phase.
func (x *trial) live(strikes [][]strike) {
	x.t.Helper()
	x.began = time.Now()
	for i, s := range x.steps {
		x.host.at(s.clock())
		require.NoError(x.t, x.host.start())
		for j, timers := range []bool{true, false} {
			p := phase{night: s.night, timers: timers}
			var mine []strike
			if strikes != nil {
				mine = strikes[2*i+j]
			}
			work := x.post(s.events, uint64(s.night))
			if timers {
				work = x.wake
			}
			p.took = x.amidst(p, mine, work)
			x.phases = append(x.phases, p)
		}
		x.host.stop()
		x.nothingDue(s)
	}
	require.Empty(x.t, x.left, "all kills have found their moment")
	x.took = time.Since(x.began)
}

// amidst does some work while the program is struck, and waits until all that follows
// from it is done.
func (x *trial) amidst(p phase, strikes []strike, work func() error) time.Duration {
	began, done := time.Now(), make(chan bool)
	for _, s := range x.left { // the work was over before them
		s.after /= 4
		strikes = append(strikes, s)
	}
	x.left = nil
	slices.SortFunc(strikes, func(a, b strike) int { return int(a.after - b.after) })
	var struck sync.WaitGroup
	var failed error
	struck.Go(func() { failed = x.strike(p, strikes, done) })
	err := work()
	if err == nil {
		err = x.idle()
	}
	if p.night != nights[len(nights)-1] || p.timers {
		close(done) // later kills find their moment later
	}
	struck.Wait()
	require.NoError(x.t, errors.Join(failed, err), p.String())
	require.NoError(x.t, x.idle(), p.String())
	return time.Since(began)
}

// strike kills the program at each moment of the time that it is up, and starts it
// again.
func (x *trial) strike(p phase, strikes []strike, done chan bool) error {
	var up time.Duration
	for i, s := range strikes {
		select {
		case <-done:
			x.left = strikes[i:]
			return nil
		case <-time.After(s.after - up):
		}
		up = max(up, s.after)
		x.host.kill()
		x.killed++
		if s.birth > 0 {
			if _, err := x.host.exec(); err != nil {
				return err
			}
			time.Sleep(time.Duration(s.birth * float64(x.host.waking) / float64(x.host.starts)))
			x.host.kill()
			x.killed++
		}
		if err := x.host.start(); err != nil {
			return err
		}
		found := x.host.found[len(x.host.found)-1]
		if found > 0 {
			x.amid++
		}
		x.t.Logf("killed after %s of the %s (twice: %v): %d taken, %d in the queue", s.after.Round(time.Millisecond), p, s.birth > 0, x.taken.Load(), found)
	}
	return nil
}

func (x *trial) url() string { return x.host.url.Load().(string) }

func (x *trial) post(es []events.Event, seed uint64) func() error {
	return func() error { return send(x.url, es, seed, &x.taken, &x.again) }
}

// wake lets the timers come due: one that was seen to may set the next, which is due
// as well.
func (x *trial) wake() error {
	for range 4 {
		x.ticks++
		e, err := tick(x.ticks, x.host.now())
		if err != nil {
			return err
		}
		if err := send(x.url, []events.Event{e}, 0, new(atomic.Int64), new(atomic.Int64)); err != nil {
			return err
		}
		if err := x.idle(); err != nil {
			return err
		}
	}
	return nil
}

// idle waits until the queue is empty.
func (x *trial) idle() error {
	var n int64
	var err error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if n, err = x.host.waiting(); err == nil && n == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d events are in the queue after %s (%w)", n, patience, err)
}

// nothingDue sees that no timer of the step is left.
func (x *trial) nothingDue(s step) {
	x.t.Helper()
	db := x.store()
	defer db.Close()
	for _, one := range all(x.t, db, thread.Collection, thread.Read) {
		for _, a := range one.Timers {
			require.True(x.t, a.Due.After(x.host.now()), "night %d: %+v was due", s.night, a)
		}
	}
}

// said is what there is to tell of it.
func (x *trial) said() string {
	h := x.host
	return fmt.Sprintf("%s, %d events taken and %d sent again for want of an answer, %d kills of which %d amid work, %d starts of %s (at most %s)",
		x.took.Round(time.Millisecond), x.taken.Load(), x.again.Load(), x.killed, x.amid, h.starts,
		(h.waking / time.Duration(h.starts)).Round(time.Millisecond), h.slowest.Round(time.Millisecond))
}
