package broker

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/queue"
	"redthread.dev/shared/function"
)

// Retry says how deliveries that fail are repeated; the names are those of a
// Knative Broker's delivery spec.
type Retry struct {
	Retry         int           // how often, after the first time
	BackoffPolicy string        // exponential or linear
	BackoffDelay  time.Duration // before the first repetition
}

// DefaultRetry repeats ten times within three and a half minutes.
var DefaultRetry = Retry{Retry: 10, BackoffPolicy: "exponential", BackoffDelay: 200 * time.Millisecond}

const (
	// maxPause bounds the wait between two tries of a delivery that is never given up.
	maxPause = time.Minute
	// maxSlow is how many slow deliveries a function may have before it is spared.
	maxSlow = 128
	// maxParked is how many events may wait in memory for their next try; more wait
	// in the file.
	maxParked = 4096
)

func (r Retry) check() error {
	switch {
	case r.Retry < 0:
		return fmt.Errorf("retry is %d; expected 0 or more", r.Retry)
	case r.BackoffDelay <= 0:
		return fmt.Errorf("back-off delay is %v; expected more than 0, e.g. PT0.2S", r.BackoffDelay)
	case r.BackoffPolicy != "exponential" && r.BackoffPolicy != "linear":
		return fmt.Errorf("back-off policy is %q; expected exponential or linear", r.BackoffPolicy)
	}
	return nil
}

// Pause is how long to wait before the n-th repetition, n ≥ 1, a tenth more or less
// so that those who failed together do not come back together.
func (r Retry) Pause(n int) time.Duration {
	wait := r.BackoffDelay * time.Duration(n)
	if r.BackoffPolicy == "exponential" {
		wait = r.BackoffDelay << min(n-1, 20)
	}
	return time.Duration(float64(wait) * (0.9 + 0.2*rand.Float64()))
}

// again has the event delivered once more to the function that failed, and to no
// other.
func (b *Broker) again(d delivery, err error) {
	repeatedDeliveries.WithLabelValues(d.to.name).Inc()
	next := d.parcel.envelope
	next.target = d.to.name
	next.failed++
	wait := b.config.Retry.Pause(next.failed)
	if d.to == b.last {
		wait = min(wait, maxPause)
	}
	next.due = time.Now().Add(wait)
	b.log.Warn("delivery failed", "function", d.to.name, "event", events.Tag(next.event), "failed", next.failed,
		"again_in", wait.Round(time.Millisecond).String(), "error", err)
	b.requeue(d, lineAgain, next)
}

// requeue puts what a delivery is to become into a line of the queue.
func (b *Broker) requeue(d delivery, line string, next envelope) {
	data, err := next.encode()
	if err != nil {
		b.log.Error("an event is dropped: it was read from the queue but cannot be written", "error", err)
		d.parcel.close()
		return
	}
	b.keep(d, line, data)
}

// postpone spares a function that has too much under way; it is no failure. Old
// events come back less often.
func (b *Broker) postpone(d delivery) {
	next := d.parcel.envelope
	next.target = d.to.name
	age := time.Since(next.arrived)
	next.due = time.Now().Add(min(max(age/2, time.Second), 30*time.Second))
	b.requeue(d, lineAgain, next)
}

// park holds an event of the second line until it is due.
func (b *Broker) park(item queue.Item) {
	v, err := decode(item.Data)
	if wait := time.Until(v.due); err == nil && wait > 0 {
		time.AfterFunc(wait, func() {
			if b.ctx.Err() == nil && !b.closing.Load() {
				b.take(item)
			}
		})
		return
	}
	b.take(item)
}

// maxErrorData is the length of knativeerrordata, as in Knative.
const maxErrorData = 1024

// bury sends an event to the dead letters with the reason.
func (b *Broker) bury(d delivery, err error) {
	deadLetters.WithLabelValues(d.to.name).Inc()
	dead := d.parcel.envelope
	dead.event.Context = dead.event.Context.Clone()
	reason := base64.StdEncoding.EncodeToString([]byte(err.Error()))
	dead.event.SetExtension(events.ExtErrorDest, "http://"+d.to.name)
	dead.event.SetExtension(events.ExtErrorCode, int32(function.Status(err)))
	dead.event.SetExtension(events.ExtErrorData, reason[:min(len(reason), maxErrorData)])
	// The reason may hold what the customer is known by: it is in the letter, not here.
	b.log.Warn("dead letter", "function", d.to.name, "event", events.Tag(dead.event), "failed", dead.failed+1)
	if b.last == nil {
		b.log.Error("no function keeps dead letters: it is lost", "event", events.Tag(dead.event))
		d.parcel.close()
		return
	}
	b.requeue(d, lineEvents, envelope{event: dead.event, arrived: dead.arrived, hops: dead.hops, target: b.last.name})
}
