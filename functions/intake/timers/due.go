package timers

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"redthread.dev/events"
	"redthread.dev/shared/thread"
)

// senders is how many customers' timers are sent at a time.
const senders = 16

// wakeUp is the event that gives a timer back to its flow.
func wakeUp(profile string, t thread.Timer) (events.Event, error) {
	e, err := events.New(source, t.WakeID(profile), t.Due.UTC(), events.TimerDue{Timer: t.Name, Key: t.Key, Due: t.Due, SetAt: t.Set})
	if err != nil {
		return e, err
	}
	e.SetExtension(events.ExtFlow, t.Flow)
	e.SetExtension(events.ExtProfileID, profile)
	e.SetExtension(events.ExtPartitionKey, profile)
	return e, nil
}

// send emits the events, one customer's in order. What was emitted is remembered;
// the rest is left to the next try.
func (w *waker) send(ctx context.Context, due []events.Event) error {
	var (
		all    sync.WaitGroup
		turn   = make(chan bool, senders)
		mu     sync.Mutex
		failed error
	)
	for _, customer := range byCustomer(due) {
		turn <- true
		all.Go(func() {
			defer func() { <-turn }()
			if err := w.emit(ctx, customer); err != nil {
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return failed
}

func (w *waker) emit(ctx context.Context, es []events.Event) error {
	for _, e := range es {
		if err := w.env.Emit(ctx, e); err != nil {
			return errors.Join(fmt.Errorf("timers: send %s: %w", events.Tag(e), err), w.echo(ctx, e))
		}
		w.sent.add(e.ID(), w.env.Now())
	}
	return nil
}

// byCustomer groups events that follow each other by customer.
func byCustomer(es []events.Event) [][]events.Event {
	var groups [][]events.Event
	for i, e := range es {
		if i == 0 || events.ProfileID(es[i-1]) != events.ProfileID(e) {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], e)
	}
	return groups
}
