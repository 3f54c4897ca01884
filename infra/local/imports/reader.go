package imports

import (
	"fmt"
	"io"
	"iter"
	"maps"

	"redthread.dev/events"
)

// Reader reads one file once.
type Reader struct {
	in      *input
	imp     importer
	options Options
	counts  Counts
	closer  io.Closer
	size    int64
}

// Events yields the events in the order of the file. An error that is a *RowError is
// about one row, and the next follows; any other is the last thing yielded. It can be
// ranged over once.
func (r *Reader) Events() iter.Seq2[events.Event, error] {
	return func(yield func(events.Event, error) bool) {
		to := newOut(r.options, yield, &r.counts, &r.in.rows)
		if err := r.imp.run(to); err != nil && !to.stopped {
			yield(events.Event{}, fmt.Errorf("import from %s, after %d rows: %w", r.options.Source, r.counts.Rows, err))
		}
	}
}

// Progress returns how many rows and how many bytes of the file, compressed as it
// is, were read so far. It may be called while Events is ranged over elsewhere.
func (r *Reader) Progress() (rows, bytes int64) { return r.in.rows.Load(), r.in.bytes.Load() }

// Size returns how many bytes Progress goes up to; 0 when OpenPath did not open it.
func (r *Reader) Size() int64 { return r.size }

// Counts returns what became of the rows. Once all is read, Rows = Carried + all of
// Refused; before, and when the file breaks off, rows may be held back that belong to
// an order which is not known to be complete. It is called where Events is ranged over, or when that is done.
func (r *Reader) Counts() Counts {
	c := r.counts
	c.Refused, c.Events = maps.Clone(c.Refused), maps.Clone(c.Events)
	return c
}

// Close closes the file, if OpenPath opened it.
func (r *Reader) Close() error {
	if r.closer == nil {
		return nil
	}
	return r.closer.Close()
}

// Counts are what became of a file's rows.
type Counts struct {
	Rows    int64            // rows with content, the first line that names the columns left out
	Carried int64            // rows that an event tells of
	Refused map[Reason]int64 // rows that became no event
	Events  map[string]int64 // events by type
}

func newCounts() Counts {
	return Counts{Refused: map[Reason]int64{}, Events: map[string]int64{}}
}
