package imports

import (
	"fmt"
	"sync/atomic"
	"time"

	"redthread.dev/events"
)

// out is where an importer puts what it found.
type out struct {
	options Options
	yield   func(events.Event, error) bool
	counts  *Counts
	rows    *atomic.Int64
	stopped bool // the caller wants no more

	invented *recent[string, struct{}]
	products *recent[string, shown]
}

func newOut(o Options, yield func(events.Event, error) bool, counts *Counts, rows *atomic.Int64) *out {
	return &out{options: o, yield: yield, counts: counts, rows: rows,
		invented: newRecent[string, struct{}](1 << 16), products: newRecent[string, shown](1 << 16)}
}

// taken counts a row that was read.
func (o *out) taken() {
	o.counts.Rows++
	o.rows.Add(1)
}

// say yields an event that tells of rows, by their lines. Rows whose event would be
// larger than an event may be are refused.
func (o *out) say(id string, at time.Time, data events.Data, lines ...int) {
	if o.stopped {
		return
	}
	e, err := events.New(o.options.Source, id, at, data)
	if err == nil && len(e.DataEncoded) > events.MaxEvent-maxEnvelope {
		err = fmt.Errorf("%d bytes of %s", len(e.DataEncoded), events.Short(data.Type()))
	}
	if err != nil {
		for _, line := range lines {
			o.refuse(&RowError{Line: line, Value: err.Error(), Want: "an event of at most 256 KiB", Reason: TooLarge})
		}
		return
	}
	o.pass(e, lines...)
}

// maxEnvelope is what the attributes of our own events can come to, and more.
const maxEnvelope = 4 << 10

// pass yields an event as it is.
func (o *out) pass(e events.Event, lines ...int) {
	if o.stopped {
		return
	}
	o.counts.Carried += int64(len(lines))
	o.counts.Events[e.Type()]++
	o.stopped = !o.yield(e, nil)
}

// refuse yields a row that becomes no event.
func (o *out) refuse(e *RowError) {
	if o.stopped {
		return
	}
	o.counts.Refused[e.Reason]++
	o.stopped = !o.yield(events.Event{}, e)
}
