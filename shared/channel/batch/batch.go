// Package batch brings what comes at the same time to a provider in one request.
package batch

import (
	"context"
	"errors"
	"sync"
	"time"

	"redthread.dev/shared/channel"
)

// Batch gathers items of one kind. It is safe for concurrent use.
type Batch[In, Out any] struct {
	// Send brings items, at least one and at most Most, to the provider and returns what
	// became of each, in their order. An error is about all of them.
	Send    func(context.Context, []In) ([]Outcome[Out], error)
	Most    int           // items in one request
	Linger  time.Duration // how long an item waits for others
	Timeout time.Duration // of one request

	mu      sync.Mutex
	waiting []item[In, Out]
}

// Outcome is what became of one item, or why nothing did.
type Outcome[Out any] struct {
	Value Out
	Err   error
}

type item[In, Out any] struct {
	in   In
	done chan Outcome[Out]
}

// Put has an item sent with others and returns what became of it. When the context ends
// before, it may still be sent: the error is then a *channel.Fault that is Unsure.
func (b *Batch[In, Out]) Put(ctx context.Context, in In) (Out, error) {
	x := item[In, Out]{in, make(chan Outcome[Out], 1)}
	b.mu.Lock()
	b.waiting = append(b.waiting, x)
	switch len(b.waiting) {
	case b.Most:
		go b.send(b.take())
	case 1:
		time.AfterFunc(b.Linger, b.flush)
	}
	b.mu.Unlock()
	select {
	case o := <-x.done:
		return o.Value, o.Err
	case <-ctx.Done():
		var none Out
		return none, &channel.Fault{Unsure: true, Err: ctx.Err()}
	}
}

func (b *Batch[In, Out]) flush() {
	b.mu.Lock()
	all := b.take()
	b.mu.Unlock()
	if len(all) > 0 {
		b.send(all)
	}
}

func (b *Batch[In, Out]) take() []item[In, Out] {
	all := b.waiting
	b.waiting = nil
	return all
}

// send tells each item what became of it. When the provider will have none of them because
// of one, they are sent in two halves, and so on until that one is by itself.
func (b *Batch[In, Out]) send(all []item[In, Out]) {
	ctx, cancel := context.WithTimeout(context.Background(), b.Timeout)
	defer cancel()
	asked := make([]In, len(all))
	for i, x := range all {
		asked[i] = x.in
	}
	outcomes, err := b.Send(ctx, asked)
	var f *channel.Fault
	if errors.As(err, &f) && f.Never && len(all) > 1 {
		b.send(all[:len(all)/2])
		b.send(all[len(all)/2:])
		return
	}
	for i, x := range all {
		if err != nil {
			x.done <- Outcome[Out]{Err: err}
		} else {
			x.done <- outcomes[i]
		}
	}
}
