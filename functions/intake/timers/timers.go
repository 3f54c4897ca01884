// Package timers wakes the flows: at each tick it looks for threads with a timer
// that is due and sends one timer.due for each. It is at least once: the flow drops
// the timer from the thread in the commit of its decision, and until then a later
// tick finds it again. A tick that is late, lost or doubled does no harm.
//
// A flow may have decided though the broker did not take its timer.due: a broker that keeps
// nothing gives up what has not gone through when its source does, and with it the flow's
// answer. So the thread gets another timer then, which has the flow answer once more.
package timers

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
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

// tick answers with another tick when there was more than one batch. A tick looks at all
// shards at once, as most find little. Those that follow it go from shard to shard, and
// come back to none that is through: what was sent is found until its flow has dropped it.
func (w *waker) tick(ctx context.Context, e events.Event) (*events.Event, error) {
	shards, err := asked(e)
	if err != nil {
		return nil, function.Never(err)
	}
	together := len(shards)
	if _, round := chain(e.ID()); round > 0 {
		together = 1
	}
	for left := w.batch; len(shards) > 0; shards = shards[together:] {
		sent, err := w.wake(ctx, shards[:together], left)
		if err != nil {
			return nil, err
		}
		if left -= sent; left <= 0 {
			return w.more(e, shards)
		}
	}
	return nil, nil
}

// asked returns the shards that a tick names, each once; none is all of them, which a
// ping asks for.
func asked(e events.Event) ([]int, error) {
	var tick events.TimerTick
	if e.Type() != ping {
		var err error
		if tick, err = events.Decode[events.TimerTick](e); err != nil {
			return nil, err
		}
	}
	shards := slices.Clone(tick.Shards)
	for i := 0; len(tick.Shards) == 0 && i < thread.Shards; i++ {
		shards = append(shards, i)
	}
	slices.Sort(shards)
	shards = slices.Compact(shards)
	for _, shard := range []int{shards[0], shards[len(shards)-1]} {
		if shard < 0 || shard >= thread.Shards {
			return nil, fmt.Errorf("timers: shard %d of %s: expected 0 to %d", shard, events.Tag(e), thread.Shards-1)
		}
	}
	return shards, nil
}

// wake sends what is due in some shards, at most so many, and returns how many.
func (w *waker) wake(ctx context.Context, shards []int, most int) (int, error) {
	now := w.env.Now().UTC()
	var due []events.Event
	query := store.Query{Collection: thread.Collection, Partition: thread.ShardName(shards[0]), To: store.SortTime(now.Add(time.Microsecond))}
	for _, shard := range shards[1:] {
		query.Also = append(query.Also, thread.ShardName(shard))
	}
	for doc, err := range w.env.Store.Query(ctx, query) {
		if err != nil {
			return 0, fmt.Errorf("timers: query shards %v: %w", shards, err)
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
	first, round := chain(e.ID())
	next, err := events.New(source, fmt.Sprintf("%s+%d", first, round+1), w.env.Now().UTC(), events.TimerTick{Shards: shards})
	if err != nil {
		return nil, function.Never(err)
	}
	return &next, nil
}

// chain returns the id of the tick that a tick follows from, and the how manyth after it
// this one is; 0: it is the first itself.
func chain(id string) (first string, round int) {
	if i := strings.LastIndex(id, "+"); i > 0 {
		if n, err := strconv.Atoi(id[i+1:]); err == nil && n > 0 {
			return id[:i], n
		}
	}
	return id, 0
}
