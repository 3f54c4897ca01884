package ticket

import (
	"context"
	"fmt"
	"sync"

	"redthread.dev/shared/channel"
)

// desk is a system that customer service works in. Keep sees to it that a note is on its
// ticket, which it opens if there is none, and returns the system's own id of the ticket.
// It is not called for one ticket twice at the same time.
type desk interface {
	name() string
	keep(ctx context.Context, n note) (id string, err error)
	Close() error
}

// kept has a desk keep the tickets. One process does so: it finds the ticket by what it
// wrote on it, since no desk has ids of ours that must be unique.
type kept struct {
	desk
	turns turns
}

func (k *kept) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: k.name()}
	n, err := annotate(d)
	if err != nil {
		return receipt, err
	}
	leave, err := k.turns.take(ctx, n.Ticket)
	if err != nil {
		return receipt, fmt.Errorf("%s: another word on ticket %s is under way: %w", k.name(), n.Ticket, err)
	}
	defer leave()
	receipt.Reference, err = k.keep(ctx, n)
	return receipt, err
}

// Repeats is true: a note is looked for before it is written.
func (*kept) Repeats() bool { return true }

// turns lets those who work on one ticket do so one after the other.
type turns struct {
	mu sync.Mutex
	of map[string]*turn // by ticket; those that somebody is at or waits for
}

type turn struct {
	free  chan struct{} // holds a token while nobody is at it
	count int
}

// take waits for a turn and returns how to end it. The error is the context's.
func (t *turns) take(ctx context.Context, ticket string) (leave func(), err error) {
	t.mu.Lock()
	if t.of == nil {
		t.of = map[string]*turn{}
	}
	mine := t.of[ticket]
	if mine == nil {
		mine = &turn{free: make(chan struct{}, 1)}
		mine.free <- struct{}{}
		t.of[ticket] = mine
	}
	mine.count++
	t.mu.Unlock()
	select {
	case <-mine.free:
		return func() { mine.free <- struct{}{}; t.drop(ticket) }, nil
	case <-ctx.Done():
		t.drop(ticket)
		return nil, ctx.Err()
	}
}

func (t *turns) drop(ticket string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of[ticket].count--; t.of[ticket].count == 0 {
		delete(t.of, ticket)
	}
}
