// Package broker delivers events to functions in this process as a Knative Broker
// does to functions in a cluster: it takes CloudEvents over HTTP, keeps them in a
// file, hands each to the functions whose triggers want it, takes their replies
// back in, repeats what fails, and sends what keeps failing to the dead letters.
package broker

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"sync/atomic"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/queue"
	"redthread.dev/shared/function"
)

// The lines of the queue: events to deliver, and those that wait to be tried again.
const (
	lineEvents = "events"
	lineAgain  = "again"
)

// ahead is how many events are taken from the file before they are done with.
const ahead = 2048

// MaxEvent is the largest event in bytes, envelope included: what one request may
// hold, with room for what the broker and its functions add.
const MaxEvent = queue.MaxItem

// Errors of the broker.
var (
	// ErrClosed says that the broker was told to stop; send the event again later.
	ErrClosed = errors.New("the broker is stopping")
	// ErrFull says that the queue is at its bound; send the event again later.
	ErrFull = errors.New("the queue is full: events come faster than they are handled")
	// ErrTooLarge says that an event is larger than MaxEvent.
	ErrTooLarge = errors.New("event too large")
)

// Watcher is told what happens; it must be quick and is called from many
// goroutines at once.
type Watcher interface {
	// Arrived is called for each event from outside, when it is in the file.
	Arrived(e events.Event)
	// Delivered is called for each delivery, failed ones too.
	Delivered(d Delivery)
}

// Config is what a broker is made of.
type Config struct {
	Dir         string        // of the queue's files
	SyncAlways  bool          // flush each event to the disk before it is taken
	SyncEvery   time.Duration // else flush as often as this; 0: 100 ms
	MaxBytes    int64         // of the queue; beyond it events from outside are refused; 0: 4 GiB
	Retry       Retry         // zero: DefaultRetry
	Patience    time.Duration // with a slow delivery before the next of its customer is begun; 0: 100 ms
	DeadLetters string        // the function that keeps dead letters; empty: they are logged and lost
	InsideKey   string        // who gives it may send events with the attributes that only redthread sets; empty: nobody may
	Watchers    []Watcher
	Log         *slog.Logger // nil: the default
}

// Broker is an open broker.
type Broker struct {
	config  Config
	log     *slog.Logger
	queue   *queue.Queue
	routes  *routes
	last    *subscriber // keeps the dead letters
	lanes   [lanes]lane
	seed    maphash.Seed
	stops   []func()
	ctx     context.Context // ends when deliveries must
	cancel  context.CancelFunc
	closing atomic.Bool
	queued  count // events in the queue or on their way into it
	held    count // events taken from it that are being delivered
}

// Open opens the queue; from now on events are taken. Start begins to deliver them.
func Open(c Config) (*Broker, error) {
	if c.Retry == (Retry{}) {
		c.Retry = DefaultRetry
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = 4 << 30
	}
	if c.Patience <= 0 {
		c.Patience = defaultPatience
	}
	c.Patience = min(c.Patience, limit/2)
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if err := c.Retry.check(); err != nil {
		return nil, fmt.Errorf("open broker: %w", err)
	}
	q, err := queue.Open(queue.Options{Dir: c.Dir, SyncAlways: c.SyncAlways, SyncEvery: c.SyncEvery, Log: c.Log})
	if err != nil {
		return nil, fmt.Errorf("open broker: %w", err)
	}
	b := &Broker{config: c, log: c.Log, queue: q, seed: maphash.MakeSeed()}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	items, _ := q.Size()
	b.count(items)
	for i := range b.lanes {
		b.lanes[i].broker = b
	}
	return b, nil
}

// Start delivers events to the functions, beginning with what an earlier process
// left. It is called once.
func (b *Broker) Start(ctx context.Context, functions []*function.Function) (err error) {
	if b.routes, err = newRoutes(functions); err != nil {
		return fmt.Errorf("start broker: %w", err)
	}
	if name := b.config.DeadLetters; name != "" {
		if b.last = b.routes.named[name]; b.last == nil {
			return fmt.Errorf("start broker: no function is called %q to keep the dead letters", name)
		}
	}
	for line, take := range map[string]func(queue.Item){lineEvents: b.take, lineAgain: b.park} {
		n := ahead
		if line == lineAgain {
			n = maxParked
		}
		stop, err := b.queue.Take(ctx, line, n, take)
		if err != nil {
			return fmt.Errorf("start broker: %w", err)
		}
		b.stops = append(b.stops, stop)
	}
	return nil
}

// Publish takes events from outside, with all their extension attributes: the ingress
// takes off those that nobody outside may set. When it returns nil they are in the file.
func (b *Broker) Publish(ctx context.Context, es ...events.Event) error {
	if err := b.accept(ctx, 0, es); err != nil {
		return err
	}
	for _, e := range es {
		for _, w := range b.config.Watchers {
			w.Arrived(e)
		}
	}
	return nil
}

// Emit takes events from the functions and the clock. When it returns nil they are
// in the file.
func (b *Broker) Emit(ctx context.Context, es ...events.Event) error {
	return b.accept(ctx, 1, es)
}

func (b *Broker) accept(ctx context.Context, hops int, es []events.Event) error {
	items := make([][]byte, len(es))
	for i, e := range es {
		var err error
		if items[i], err = (envelope{event: function.OnTrace(ctx, e), arrived: time.Now(), hops: hops}).encode(); err != nil {
			return err
		}
	}
	done := make(chan error, len(es))
	for _, item := range items {
		b.put(lineEvents, item, func(err error) { done <- err })
	}
	var failed error
	for range es {
		select {
		case err := <-done:
			failed = errors.Join(failed, err)
		case <-ctx.Done():
			return fmt.Errorf("publish: %w", ctx.Err())
		}
	}
	return failed
}

// put hands an encoded envelope to the queue and calls done with what came of it.
func (b *Broker) put(line string, data []byte, done func(error)) {
	if b.ctx.Err() != nil {
		done(ErrClosed)
		return
	}
	b.count(1)
	b.queue.Put(line, data, func(err error) {
		if err != nil {
			b.count(-1)
		}
		done(err)
	})
}

func (b *Broker) count(n int64) {
	b.queued.add(n)
	waitingEvents.Add(float64(n))
}

func (b *Broker) lane(key string) *lane {
	return &b.lanes[maphash.String(b.seed, key)%lanes]
}

func (b *Broker) tell(d Delivery) {
	for _, w := range b.config.Watchers {
		w.Delivered(d)
	}
}

// Waiting returns how many events are in the queue: to be delivered, being
// delivered, or waiting to be tried again.
func (b *Broker) Waiting() int64 { return b.queued.value() }

// Full tells whether the queue has reached its bound.
func (b *Broker) Full() bool {
	_, bytes := b.queue.Size()
	return bytes >= b.config.MaxBytes
}

// Idle waits until every event that was taken has been delivered, with all that
// followed from it. It returns the context's error if that ends first.
func (b *Broker) Idle(ctx context.Context) error {
	select {
	case <-b.queued.zero():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for %d events: %w", b.Waiting(), ctx.Err())
	}
}

// Close refuses new events, ends the deliveries that were begun, or leaves them
// when ctx ends first, and closes the queue. What is left in it is delivered after
// the next start.
func (b *Broker) Close(ctx context.Context) error {
	if b.closing.Swap(true) {
		return nil
	}
	for _, stop := range b.stops {
		stop()
	}
	var err error
	select {
	case <-b.held.zero():
	case <-ctx.Done():
		err = fmt.Errorf("close broker: %d events were being delivered; they will be again: %w", b.held.value(), ctx.Err())
	}
	b.cancel()
	b.queue.Close()
	waitingEvents.Sub(float64(b.Waiting()))
	return err
}
