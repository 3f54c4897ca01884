package broker

import (
	"errors"
	"fmt"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"redthread.dev/events"
)

// envelope is an item of the queue: an event and what the broker has to know of it.
type envelope struct {
	event   events.Event
	arrived time.Time // when the event that began this chain of replies came in
	hops    int       // replies since then; 0: it came from outside
	target  string    // the one function it is for; empty: all whose triggers want it
	failed  int       // deliveries to target that failed
	due     time.Time // not to be delivered before
}

// format is the first byte of an encoded envelope. The bytes are the queue's own:
// JSON would cost ten times as much at every hop.
const format = 1

// room is what a new event must leave, in bytes, for the one function that it is tried
// again with, and for why that gave it up: an event that was taken is not to be lost for
// want of it.
const room = 4 << 10

func (v envelope) encode() ([]byte, error) {
	c, ok := v.event.Context.(*event.EventContextV1)
	if !ok {
		return nil, fmt.Errorf("event %s: not CloudEvents 1.0 inside", events.Tag(v.event))
	}
	w := writer{buf: make([]byte, 0, 256+len(v.event.DataEncoded))}
	w.byte(format)
	w.time(v.arrived)
	w.int(int64(v.hops))
	w.text(v.target)
	w.int(int64(v.failed))
	w.time(v.due)
	w.text(c.ID)
	w.text(c.Source.String())
	w.text(c.Type)
	w.optional(c.Subject)
	w.optional(c.DataContentType)
	if w.flag(c.DataSchema != nil) {
		w.text(c.DataSchema.String())
	}
	if w.flag(c.Time != nil) {
		w.time(c.Time.Time)
	}
	w.int(int64(len(c.Extensions)))
	for name, value := range c.Extensions {
		w.text(name)
		if err := w.value(value); err != nil {
			return nil, fmt.Errorf("event %s: extension %s: %w", events.Tag(v.event), name, err)
		}
	}
	w.flag(v.event.DataBase64)
	if w.flag(v.event.DataEncoded != nil) {
		w.text(string(v.event.DataEncoded))
	}
	most := MaxEvent
	if v.target == "" {
		most -= room
	}
	if len(w.buf) > most {
		return nil, fmt.Errorf("event %s: %w: %d bytes; at most %d", events.Tag(v.event), ErrTooLarge, len(w.buf), most)
	}
	return w.buf, nil
}

// errEnvelope says that an item of the queue was not written by this program.
var errEnvelope = errors.New("item of the queue cannot be read")

func decode(data []byte) (v envelope, err error) {
	r := reader{rest: data}
	if r.byte() != format {
		return v, errEnvelope
	}
	v.arrived = r.time()
	v.hops = int(r.int())
	v.target = r.text()
	v.failed = int(r.int())
	v.due = r.time()
	c := &event.EventContextV1{ID: r.text()}
	r.uri(&c.Source.URL)
	c.Type = r.text()
	c.Subject = r.optional()
	c.DataContentType = r.optional()
	if r.flag() {
		c.DataSchema = &types.URI{}
		r.uri(&c.DataSchema.URL)
	}
	if r.flag() {
		c.Time = &types.Timestamp{Time: r.time()}
	}
	if n := r.int(); n > 0 && n < int64(len(data)) {
		c.Extensions = make(map[string]any, n)
		for range n {
			name := r.text()
			c.Extensions[name] = r.value()
		}
	}
	v.event.Context = c
	v.event.DataBase64 = r.flag()
	if r.flag() {
		v.event.DataEncoded = []byte(r.text())
	}
	if r.broken || len(r.rest) > 0 {
		return envelope{}, errEnvelope
	}
	return v, nil
}
