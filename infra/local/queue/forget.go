package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// An item that is done is taken out of the file's index at once, but its bytes stay in
// its block of the file until the block is empty or rewritten, and the server never
// rewrites the one it is writing to. With little traffic and one item that is tried
// again and again, that could be days. So a block is ended when it may hold bytes that
// nobody needs: it is filled up with zeros, and then the server rewrites it by itself,
// within two of Options.SyncEvery.
//
// That bounds how long the bytes of a done item stay: about ForgetEvery, twice that when
// there is much traffic. Only when at least half of its block is still to be handled they
// stay until that is: in a backlog, or for as long as what is in it waits for its next
// try, which is put anew each time.

// block is the size of a block of the file: the server's own for a work queue.
const block = 4 << 20

// filling is where zeros are put; nobody takes from it.
const filling = "queue.filling"

// forgetEvery is the default of Options.ForgetEvery.
const forgetEvery = time.Minute

// forgetting ends blocks until the queue is closed.
func (q *Queue) forgetting(every time.Duration) {
	defer close(q.forgotten)
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		select {
		case <-q.closing:
			return
		case <-ticks.C:
		}
		if !q.stale() {
			continue
		}
		if err := q.turn(); err != nil && !q.closed() {
			q.log.Error("queue: what is done could not be forgotten yet; trying again", "error", err)
			q.doneSince.Add(1)
		}
	}
}

func (q *Queue) closed() bool {
	select {
	case <-q.closing:
		return true
	default:
		return false
	}
}

// stale tells whether the block that is being written to may hold what is done. An
// empty queue holds nothing, and one through which a block's worth has passed since has
// gone on to another block by itself.
func (q *Queue) stale() bool {
	done, put := q.doneSince.Swap(0), q.putSince.Swap(0)
	if put >= block {
		q.doneSince.Add(done) // they may be in the block that is being written to now
		return false
	}
	items, _ := q.Size()
	return done > 0 && items > 0
}

// turn fills up the block, so that another is begun.
func (q *Queue) turn() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	zeros := make([]byte, MaxItem)
	for range block/MaxItem + 1 {
		if _, err := q.js.Publish(ctx, filling, zeros); err != nil {
			return fmt.Errorf("fill up block: %w", err)
		}
	}
	return q.unfill(ctx)
}

// unfill takes the zeros out again, also those of a process that was killed.
func (q *Queue) unfill(ctx context.Context) error {
	s, err := q.js.Stream(ctx, stream)
	if err == nil {
		err = s.Purge(ctx, jetstream.WithPurgeSubject(filling))
	}
	if err != nil {
		return fmt.Errorf("take zeros out: %w", err)
	}
	return nil
}
