// Package player lets recorded or made-up events happen: each at its own time on a
// stepped clock, with the timers that come due in between, and nothing moves on
// before all that followed is done. So the same events give the same result, at any
// speed.
package player

import (
	"context"
	"fmt"
	"iter"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/clock"
	"redthread.dev/shared/store"
)

// broker is what events are played into.
type broker interface {
	Publish(context.Context, ...events.Event) error
	Emit(context.Context, ...events.Event) error
	Idle(context.Context) error
}

const (
	// minute is how finely time moves: timers are looked for every minute in real life,
	// and what comes within one has no time to wait for a timer.
	minute = time.Minute
	// batch bounds the events that are under way at a time.
	batch = 512
)

// Player plays events. Its fields are set before it is used, by one goroutine.
type Player struct {
	Clock  *clock.Clock // stepped
	Broker broker
	Store  store.Store // where timers are
	// Speed paces it: virtual seconds in a real one; 0: as fast as it goes.
	Speed float64
	// Moved is told after each step how far it is; nil: nobody.
	Moved func(Progress)

	progress Progress
	began    time.Time // real, when virtual time was first
	first    time.Time
	latest   time.Time // of the events so far
	ticked   time.Time // timers due until then were looked for
}

// Progress is how far a player is.
type Progress struct {
	Events int64     // played
	Late   int64     // of them: older than what was played before; they happen late
	Ticks  int64     // times when timers were due
	At     time.Time // virtual
}

// Progress returns how far it is. It is not to be called while it plays.
func (p *Player) Progress() Progress { return p.progress }

// Play plays the events, which come in the order of time; one without a time happens
// at once. It ends with the last of them; timers that are due later are left to
// Until.
func (p *Player) Play(ctx context.Context, es iter.Seq[events.Event]) error {
	var waiting []events.Event
	var last, end time.Time // of what is waiting
	for e := range es {
		at := e.Time()
		if len(waiting) > 0 && (!at.Before(end) || len(waiting) >= batch) {
			if err := p.publish(ctx, last, waiting); err != nil {
				return err
			}
			waiting = waiting[:0]
		}
		if len(waiting) == 0 {
			if err := p.reach(ctx, at); err != nil {
				return err
			}
			last, end = at, at.Truncate(minute).Add(minute)
		}
		switch {
		case at.After(p.latest):
			p.latest = at
		case at.Before(p.latest) && !at.IsZero():
			p.progress.Late++
		}
		if at.After(last) {
			last = at
		}
		waiting = append(waiting, e)
	}
	return p.publish(ctx, last, waiting)
}

// publish lets a minute's events happen.
func (p *Player) publish(ctx context.Context, at time.Time, es []events.Event) error {
	if len(es) == 0 {
		return nil
	}
	if err := p.move(ctx, at); err != nil {
		return err
	}
	if err := p.Broker.Publish(ctx, es...); err != nil {
		return fmt.Errorf("play %d events at %s: %w", len(es), at.Format(time.RFC3339), err)
	}
	p.progress.Events += int64(len(es))
	return p.settle(ctx)
}

// Until lets time pass until to, with the timers that come due; when there are no
// more it ends early.
func (p *Player) Until(ctx context.Context, to time.Time) error { return p.reach(ctx, to) }

// reach brings all timers up to a time, but does not move the clock to it.
func (p *Player) reach(ctx context.Context, to time.Time) error {
	for {
		due, ok, err := earliest(ctx, p.Store, p.ticked)
		if err != nil || !ok {
			return err
		}
		at := due.Truncate(minute)
		if at.Before(due) {
			at = at.Add(minute)
		}
		if now := p.Clock.Now(); at.Before(now) {
			at = now // it was set for a time that has passed
		}
		if at.After(to) {
			return nil
		}
		if err := p.tick(ctx, at); err != nil {
			return err
		}
	}
}

// tick looks for timers, as it happens every minute.
func (p *Player) tick(ctx context.Context, at time.Time) error {
	if err := p.move(ctx, at); err != nil {
		return err
	}
	tick, err := events.New("/redthread/clock", at.UTC().Format(time.RFC3339Nano), at, events.TimerTick{})
	if err == nil {
		err = p.Broker.Emit(ctx, tick)
	}
	if err != nil {
		return fmt.Errorf("tick at %s: %w", at.Format(time.RFC3339), err)
	}
	p.ticked = at
	p.progress.Ticks++
	return p.settle(ctx)
}

func (p *Player) settle(ctx context.Context) error {
	if err := p.Broker.Idle(ctx); err != nil {
		return fmt.Errorf("play at %s: %w", p.Clock.Now().Format(time.RFC3339), err)
	}
	if p.Moved != nil {
		p.Moved(p.progress)
	}
	return ctx.Err()
}

// move sets the clock, at its own pace.
func (p *Player) move(ctx context.Context, to time.Time) error {
	if p.first.IsZero() {
		p.first, p.began = to, time.Now()
	}
	if wait := time.Until(p.began.Add(p.real(to.Sub(p.first)))); p.Speed > 0 && wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.Clock.Advance(to)
	p.progress.At = p.Clock.Now()
	return nil
}

func (p *Player) real(virtual time.Duration) time.Duration {
	if p.Speed <= 0 {
		return 0
	}
	return time.Duration(float64(virtual) / p.Speed)
}
