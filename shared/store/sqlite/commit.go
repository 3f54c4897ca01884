package sqlite

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"redthread.dev/shared/store"
)

// request is a commit on its way through the writer.
type request struct {
	writes []store.Write
	state  atomic.Int32 // waiting, then taken or withdrawn
	err    error        // set before answer
	answer chan struct{}
}

const (
	waiting int32 = iota
	taken
	withdrawn
)

// take is the writer's, withdraw the caller's; only the first of them succeeds.
func (r *request) take() bool     { return r.state.CompareAndSwap(waiting, taken) }
func (r *request) withdraw() bool { return r.state.CompareAndSwap(waiting, withdrawn) }

// Commit implements store.Store. When the context ends before the writer has come
// to it nothing is written; after that Commit waits for its outcome, a matter of
// milliseconds, so that it never leaves the caller in doubt.
func (db *DB) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	r := &request{writes: writes, answer: make(chan struct{})}
	if err := db.send(ctx, r); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	select {
	case <-r.answer:
	case <-ctx.Done():
		if r.withdraw() {
			return fmt.Errorf("commit: %w", ctx.Err())
		}
		<-r.answer
	}
	if r.err != nil {
		return fmt.Errorf("commit %w", explained(db.path, r.err))
	}
	return nil
}

// send puts the request where the writer looks.
func (db *DB) send(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db.mu.Lock()
	if db.closing {
		db.mu.Unlock()
		return store.ErrClosed
	}
	db.waiting = append(db.waiting, r)
	db.mu.Unlock()
	select {
	case db.wake <- struct{}{}:
	default: // it is awake
	}
	return nil
}

// groupLimit is how many requests share a transaction; a longer one would keep the
// first of them waiting.
const groupLimit = 256

// wanted says whether a request waits.
func (db *DB) wanted() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return len(db.waiting) > 0
}

// received takes the requests that wait, the first ones first.
func (db *DB) received(room []*request) []*request {
	db.mu.Lock()
	defer db.mu.Unlock()
	n := min(len(db.waiting), groupLimit)
	room = append(room[:0], db.waiting[:n]...)
	db.waiting = slices.Delete(db.waiting, 0, n)
	return room
}
