package queue

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Put adds an item to a line of the queue and calls done, exactly once and not on
// this goroutine, when it is in the file, or with the reason why it is not. done
// must be quick. Items of one caller keep their order.
func (q *Queue) Put(line string, data []byte, done func(error)) {
	m := &nats.Msg{Subject: "queue." + line, Data: data}
	q.mu.Lock()
	q.waiting[m] = done
	q.mu.Unlock()
	if _, err := q.js.PublishMsgAsync(m); err != nil {
		go q.settle(m, err)
	}
}

func (q *Queue) settle(m *nats.Msg, err error) {
	q.mu.Lock()
	done, ok := q.waiting[m]
	delete(q.waiting, m)
	q.mu.Unlock()
	if !ok {
		return
	}
	if err != nil {
		err = fmt.Errorf("put into queue: %w", err)
	} else {
		q.items.Add(1)
		q.bytes.Add(size(m.Subject, m.Data))
		q.putSince.Add(size(m.Subject, m.Data))
	}
	done(err)
}

// size is what an item takes in the file: its record has 30 bytes of its own.
func size(subject string, data []byte) int64 { return int64(30 + len(subject) + len(data)) }

// Item is one item taken from a line.
type Item struct {
	Data  []byte
	msg   jetstream.Msg
	queue *Queue
}

// Done removes the item from the queue; call it once. Its error says that the
// queue is closed; the item will be taken again.
func (i Item) Done() error {
	if err := i.msg.Ack(); err != nil {
		return fmt.Errorf("take out of queue: %w", err)
	}
	i.queue.items.Add(-1)
	i.queue.doneSince.Add(1)
	i.queue.bytes.Add(-size(i.msg.Subject(), i.Data))
	return nil
}

// Take hands the items of a line to take, in order and one call at a time, at most
// ahead of them before they are done. It begins with what an earlier process had
// taken and left undone. The function it returns stops it.
func (q *Queue) Take(ctx context.Context, line string, ahead int, take func(Item)) (stop func(), err error) {
	// The items in the stream are just those that are not done, so the memory of what was
	// delivered before is of no use: it would hold them back. It is not written to a file,
	// where a process that is killed could leave half of it to the next; nor is one counted
	// on that was, by an earlier version.
	if err := q.js.DeleteConsumer(ctx, stream, line); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return nil, fmt.Errorf("take from queue %s: %w", line, err)
	}
	c, err := q.js.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{
		Durable: line, FilterSubject: "queue." + line, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: redeliver, MaxAckPending: ahead, MaxWaiting: 8, MemoryStorage: true,
	})
	if err != nil {
		return nil, fmt.Errorf("take from queue %s: %w", line, err)
	}
	taking, err := c.Consume(func(m jetstream.Msg) { take(Item{Data: m.Data(), msg: m, queue: q}) },
		jetstream.PullMaxMessages(ahead))
	if err != nil {
		return nil, fmt.Errorf("take from queue %s: %w", line, err)
	}
	return func() {
		taking.Stop()
		<-taking.Closed()
		q.settled()
	}, nil
}
