package timers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

const (
	// silence is how long a flow may yet be at what the broker gave up: a function answers
	// within 25 s.
	silence = 30 * time.Second
	// patience is what setting an echo may take, also when the tick is over.
	patience = 5 * time.Second
	// attempts is how often it is tried anew when the thread was written meanwhile.
	attempts = 8
	// hops bounds how many merges are followed.
	hops = 8
)

// echo sets the timer that has a flow answer once more to an event of which nobody knows
// whether it has heard.
func (w *waker) echo(ctx context.Context, e events.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	due, err := events.Decode[events.TimerDue](e)
	if err != nil {
		return err
	}
	t := thread.Timer{Flow: events.Extension(e, events.ExtFlow), Name: thread.Echo, Key: events.Hash(e)}
	if due.Timer == thread.Echo {
		t.Key = due.Key
	}
	t.Set = w.env.Now().UTC()
	t.Due = t.Set.Add(silence)
	t.About = t.Due // so that no goal drops it
	for try := range attempts {
		err := w.add(ctx, events.ProfileID(e), t)
		if err == nil || !errors.Is(err, store.ErrConflict) {
			return err
		}
		if err := store.Pause(ctx, try); err != nil {
			return fmt.Errorf("timers: echo %s: %w", events.Tag(e), err)
		}
	}
	return fmt.Errorf("timers: echo %s: lost %d races for the thread", events.Tag(e), attempts)
}

// add adds a timer to a customer's thread, unless they are gone.
func (w *waker) add(ctx context.Context, id string, t thread.Timer) error {
	for range hops {
		docs, err := w.env.Store.Get(ctx, profile.Key(id), thread.Key(id))
		if err != nil {
			return fmt.Errorf("timers: read thread %q: %w", id, err)
		}
		p, err := profile.Read(docs[0])
		if err != nil {
			return err
		}
		if !docs[0].Exists() || !p.Erased.IsZero() {
			return nil
		}
		if p.MergedInto != "" {
			id = p.MergedInto
			continue
		}
		th, err := thread.Read(docs[1])
		if err != nil {
			return err
		}
		th.Profile = id
		th.SetTimer(t)
		write, err := thread.Write(th, docs[1].Version)
		if err != nil {
			return err
		}
		return w.env.Store.Commit(ctx, write)
	}
	return fmt.Errorf("timers: profile %q is merged in a circle", id)
}
