// Package timers wakes the flows: at each tick it looks for threads with a timer
// that is due and sends one timer.due for each. It is at least once: the flow drops
// the timer from the thread in the commit of its decision, and until then a later
// tick finds it again. A tick that is late, lost or doubled does no harm.
package timers

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

//go:embed function.yaml
var manifest []byte

const (
	name   = "timers"
	source = thread.WakeSource
	// ping is the type of what a Knative PingSource sends, which cannot be given another.
	ping = "dev.knative.sources.ping"
)

// Spec is the function.
var Spec = function.Define(name, manifest, serve)

type settings struct {
	Batch int `envconfig:"BATCH" default:"1000" least:"1" most:"100000"` // timers sent per tick; the rest follows in another tick at once
}

type waker struct {
	env   function.Env
	batch int
	sent  *memory
}

func serve(s settings, env function.Env) (*function.Function, error) {
	w := &waker{env: env, batch: s.Batch, sent: newMemory()}
	return &function.Function{Handle: w.tick}, nil
}

// tick answers with another tick when there was more than one batch.
func (w *waker) tick(ctx context.Context, e events.Event) (*events.Event, error) {
	shards, err := asked(e)
	if err != nil {
		return nil, function.Never(err)
	}
	if len(shards) == 0 {
		for i := range thread.Shards {
			shards = append(shards, i)
		}
	}
	left := w.batch
	for i, shard := range shards {
		if shard < 0 || shard >= thread.Shards {
			return nil, function.Neverf("timers: shard %d of %s: expected 0 to %d", shard, events.Tag(e), thread.Shards-1)
		}
		sent, err := w.wake(ctx, shard, left)
		if err != nil {
			return nil, err
		}
		if left -= sent; left <= 0 {
			return w.more(e, shards[i:])
		}
	}
	return nil, nil
}

// asked returns the shards that a tick names; none is all of them, which a ping asks for.
func asked(e events.Event) ([]int, error) {
	if e.Type() == ping {
		return nil, nil
	}
	tick, err := events.Decode[events.TimerTick](e)
	return tick.Shards, err
}

// wake sends what is due in a shard, at most so many, and returns how many.
func (w *waker) wake(ctx context.Context, shard, most int) (int, error) {
	now := w.env.Now().UTC()
	var due []events.Event
	query := store.Query{Collection: thread.Collection, Partition: thread.ShardName(shard), To: store.SortTime(now.Add(time.Microsecond))}
	for doc, err := range w.env.Store.Query(ctx, query) {
		if err != nil {
			return 0, fmt.Errorf("timers: query shard %d: %w", shard, err)
		}
		t, err := thread.Read(doc)
		if err != nil {
			// One broken document must not silence all that come after it.
			w.env.Log.Error("a thread cannot be read; its timers stay", "profile", doc.Key.ID, "error", err)
			continue
		}
		for _, timer := range t.Timers {
			if timer.Due.After(now) {
				break
			}
			e, err := wakeUp(t.Profile, timer)
			if err != nil {
				return 0, fmt.Errorf("timers: timer of %q: %w", t.Profile, err)
			}
			if !w.sent.recently(e.ID(), now) {
				due = append(due, e)
			}
		}
		if len(due) >= most {
			due = due[:most]
			break
		}
	}
	return len(due), w.send(ctx, due)
}

// more asks for another tick for the shards that are not through. Its id continues
// the first one's, so that a repeated delivery asks for the same.
func (w *waker) more(e events.Event, shards []int) (*events.Event, error) {
	id, round := e.ID(), 1
	if i := strings.LastIndex(id, "+"); i > 0 {
		if _, err := fmt.Sscanf(id[i:], "+%d", &round); err == nil {
			id, round = id[:i], round+1
		}
	}
	next, err := events.New(source, fmt.Sprintf("%s+%d", id, round), w.env.Now().UTC(), events.TimerTick{Shards: shards})
	if err != nil {
		return nil, function.Never(err)
	}
	return &next, nil
}
