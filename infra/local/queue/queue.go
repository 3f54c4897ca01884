// Package queue is a file of events that are still to be handled: NATS JetStream
// in this process, with no port. What Put has taken is safe against the process
// being killed at once, and against power loss after Options.SyncEvery. What is done is
// gone from the file soon after, see Options.ForgetEvery.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// MaxItem is the largest item in bytes.
const MaxItem = 1 << 20

// stream holds all items; one that is done is removed from its file.
const stream = "EVENTS"

// redeliver is how long an item may be held before the server believes that its
// taker is gone. Takers live in this process and always say when they are done;
// after a crash Take starts with what was held.
const redeliver = 24 * time.Hour

// Options say where the queue is and how sure it must be.
type Options struct {
	Dir        string        // of its files
	SyncAlways bool          // flush to the disk before Put returns
	SyncEvery  time.Duration // else flush as often as this; 0: 100 ms
	// ForgetEvery is how long the bytes of an item that is done may stay in the file,
	// with little more, while others are not done; 0: a minute.
	ForgetEvery time.Duration
	Log         *slog.Logger
}

// Queue is an open queue.
type Queue struct {
	server *server.Server
	conn   *nats.Conn
	js     jetstream.JetStream

	log *slog.Logger

	items, bytes        atomic.Int64  // in the file and not done
	putSince, doneSince atomic.Int64  // since the last look: bytes put, items done
	closing, forgotten  chan struct{} // told to close; the forgetting has ended

	mu      sync.Mutex
	waiting map[*nats.Msg]func(error) // items on their way to the file
	once    sync.Once                 // closing
}

// Open opens the queue in a folder, which is made if need be.
func Open(o Options) (*Queue, error) {
	q := &Queue{waiting: map[*nats.Msg]func(error){}, log: o.Log, closing: make(chan struct{}), forgotten: make(chan struct{})}
	if q.log == nil {
		q.log = slog.New(slog.DiscardHandler)
	}
	if o.ForgetEvery <= 0 {
		o.ForgetEvery = forgetEvery
	}
	if err := q.start(o); err != nil {
		return nil, fmt.Errorf("open queue in %s: %w", o.Dir, err)
	}
	if err := q.connect(); err != nil {
		close(q.forgotten) // it was never begun
		q.Close()
		return nil, fmt.Errorf("open queue in %s: %w", o.Dir, err)
	}
	go q.forgetting(o.ForgetEvery)
	return q, nil
}

func (q *Queue) start(o Options) (err error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return err
	}
	if o.SyncEvery <= 0 {
		o.SyncEvery = syncEvery
	}
	q.server, err = server.NewServer(&server.Options{
		ServerName: "redthread", DontListen: true, NoSigs: true,
		JetStream: true, StoreDir: o.Dir, SyncAlways: o.SyncAlways, SyncInterval: o.SyncEvery,
		JetStreamMaxStore: 1 << 50, // the broker's own bound is lower, the disk's may be
		MaxPayload:        MaxItem + 64<<10, MaxPending: 256 << 20,
	})
	if err != nil {
		return err
	}
	if o.Log != nil {
		q.server.SetLoggerV2(logger{o.Log}, false, false, false)
	}
	q.server.Start()
	if !q.server.ReadyForConnections(30 * time.Second) {
		q.server.Shutdown()
		return errors.New("its server did not start within 30 s; is the folder writable?")
	}
	return nil
}

func (q *Queue) connect() (err error) {
	q.conn, err = nats.Connect("", nats.InProcessServer(q.server), nats.ReconnectBufSize(-1), nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	q.js, err = jetstream.New(q.conn,
		jetstream.WithPublishAsyncMaxPending(1<<20),
		jetstream.WithPublishAsyncAckHandler(func(_ jetstream.JetStream, m *nats.Msg, _ *jetstream.PubAck) { q.settle(m, nil) }),
		jetstream.WithPublishAsyncErrHandler(func(_ jetstream.JetStream, m *nats.Msg, err error) { q.settle(m, err) }))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, err = q.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: stream, Subjects: []string{"queue.*"}, Storage: jetstream.FileStorage,
		Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew,
	})
	if err != nil {
		return err
	}
	if err := q.unfill(ctx); err != nil {
		return err
	}
	s, err := q.js.Stream(ctx, stream)
	if err != nil {
		return err
	}
	q.items.Store(int64(s.CachedInfo().State.Msgs))
	q.bytes.Store(int64(s.CachedInfo().State.Bytes))
	return nil
}

// Size returns how many items are in the queue's file and not done, and what they
// take there in bytes.
func (q *Queue) Size() (items, bytes int64) { return q.items.Load(), max(0, q.bytes.Load()) }

// settled waits until the file knows all that is done. Giving up costs nothing but
// that some of it is taken again.
func (q *Queue) settled() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(time.Millisecond) {
		s, err := q.js.Stream(ctx, stream)
		if err != nil || int64(s.CachedInfo().State.Msgs) <= q.items.Load() {
			return
		}
	}
}

// Close lets go of the files. Items that are not done stay for the next Open.
func (q *Queue) Close() {
	q.once.Do(func() { close(q.closing) })
	<-q.forgotten
	if q.conn != nil {
		q.settled()
		q.conn.Close()
	}
	q.server.Shutdown()
	q.server.WaitForShutdown()
}
