package broker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/queue"
	"redthread.dev/shared/function"
)

// maxHops is how many replies may follow from one event, as in a Knative Broker.
const maxHops = 255

// Delivery is what came of handing one event to one function.
type Delivery struct {
	Function string
	Group    string // of the function: intake, flows, channels, …
	Event    events.Event
	Reply    *events.Event
	Err      error         // nil: taken
	Dead     bool          // the event goes to the dead letters
	Outside  bool          // the event came from outside, and was not sent by a function
	Took     time.Duration // by the function
	Age      time.Duration // since the event came in from which this one followed
}

// take begins with an item of the queue.
func (b *Broker) take(item queue.Item) {
	v, err := decode(item.Data)
	if err != nil {
		// Nothing can be known of it, not even whom to tell.
		b.log.Error("an item of the queue is dropped", "error", err, "bytes", len(item.Data))
		v = envelope{}
	}
	p := &parcel{envelope: v, item: item, broker: b}
	b.held.add(1)
	var to []*subscriber
	switch {
	case err != nil:
	case v.target == "":
		to = b.routes.wanted(v.event)
	case b.routes.named[v.target] != nil:
		to = []*subscriber{b.routes.named[v.target]}
	default:
		b.log.Warn("an event waited for a function that is gone", "function", v.target, "event", events.Tag(v.event))
	}
	if len(to) == 0 {
		p.open.Store(1)
		p.close()
		return
	}
	p.open.Store(int32(len(to)))
	l := b.lane(keyOf(v.event))
	for _, s := range to {
		l.push(delivery{p, s})
	}
}

// deliver hands the event to the function and sees to what came of it. A function
// that has too many slow deliveries gets it later, so that it cannot hold up the
// others by filling the broker.
func (b *Broker) deliver(ctx context.Context, d delivery) {
	if d.to.slow.Load() >= maxSlow {
		b.postpone(d)
		return
	}
	e := d.parcel.event
	if d.parcel.open.Load() > 1 {
		e.Context = e.Context.Clone() // others read it meanwhile
	}
	start := time.Now()
	reply, err := d.to.handle(ctx, e)
	var answer []byte
	if err == nil && reply != nil {
		answer, err = answering(d, reply)
	}
	out := Delivery{Function: d.to.name, Group: d.to.group, Event: d.parcel.event, Reply: reply, Err: err, Outside: d.parcel.hops == 0,
		Took: time.Since(start), Age: time.Since(d.parcel.arrived)}
	out.Dead = err != nil && d.to != b.last && (function.IsNever(err) || d.parcel.failed >= b.config.Retry.Retry)
	b.tell(out)
	switch {
	case err == nil && reply == nil:
		d.parcel.close()
	case err == nil:
		b.keep(d, lineEvents, answer)
	case out.Dead:
		b.bury(d, err)
	case function.IsNever(err):
		b.log.Error("a dead letter could not be kept and is lost", "function", d.to.name, "event", events.Tag(e), "error", err)
		d.parcel.close()
	default:
		b.again(d, err)
	}
}

// answering returns a reply as it goes into the queue, or says why it cannot.
func answering(d delivery, reply *events.Event) ([]byte, error) {
	said := func(format string, args ...any) error {
		return function.Neverf("%s: its reply to %s %w", d.to.name, d.parcel.event.Type(), fmt.Errorf(format, args...))
	}
	if reply.Context == nil || reply.ID() == "" || reply.Source() == "" || reply.Type() == "" {
		return nil, said("is no CloudEvent: id, source and type are required")
	}
	if d.parcel.hops >= maxHops {
		return nil, said("would be the %dth that follows from one event: functions answer each other in a circle", maxHops+1)
	}
	data, err := envelope{event: *reply, arrived: d.parcel.arrived, hops: d.parcel.hops + 1}.encode()
	if err != nil {
		return nil, said("is refused: %w", err)
	}
	return data, nil
}

// keep puts what follows from a delivery into the queue, and only then ends the
// delivery: a crash in between repeats it. While the queue takes nothing (a full
// disk) it is tried again.
func (b *Broker) keep(d delivery, line string, next []byte) {
	b.put(line, next, func(err error) {
		switch {
		case err == nil:
			d.parcel.close()
		case errors.Is(err, ErrClosed):
			d.parcel.leave()
		default:
			b.log.Error("the queue takes nothing; trying again", "error", err)
			time.AfterFunc(time.Second, func() { b.keep(d, line, next) })
		}
	})
}
