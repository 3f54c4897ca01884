package replay

import (
	"cmp"
	"encoding/binary"
	"math"
	"time"

	"redthread.dev/shared/store"
)

// document is a journal entry as the store has it, and what was seen of it in passing:
// that of a large journal is far from the processor later.
type document struct {
	kind      *kind     // nil: none of the vocabulary
	early     [2]uint64 // place, to the second
	at        int64     // when the event happened, in nanoseconds since 1970
	id, place string
	text      []byte
	data      uint32    // where the event's data begins in the text; 0: it is not written as entries are
	rich      bool      // it says more than most
	planned   time.Time // of a plan for all customers: when that was planned
}

// documentOf looks at a document of the journal.
func (r *Reader) documentOf(d *store.Document) document {
	s := skim(d.Data)
	o := document{id: d.Key.ID, text: d.Data}
	o.setPlace(d.Entry.Sort)
	if o.kind = r.kind(unquoted(s.eventType)); o.kind == nil || len(d.Data) > math.MaxUint32 {
		return o
	}
	var at time.Time
	if at.UnmarshalJSON(s.time) != nil || !representable(at) {
		return o
	}
	o.at, o.data = at.UnixNano(), uint32(s.data)
	o.rich = s.refused != nil || s.speaker != nil || s.channel != nil
	return o
}

func (d *document) setPlace(place string) {
	d.early, d.place = [2]uint64{wordOf(place), wordOf(place[min(8, len(place)):])}, place
}

// representable tells whether a time can be written in nanoseconds since 1970.
func representable(t time.Time) bool { return t.Year() > 1678 && t.Year() < 2262 }

// wordOf is the first eight bytes, as a number that is in the same order as they are.
func wordOf(text string) uint64 {
	var b [8]byte
	copy(b[:], text)
	return binary.BigEndian.Uint64(b[:])
}

// compare puts documents in their places in time.
func (d *document) compare(o *document) int {
	if at := cmp.Or(cmp.Compare(d.early[0], o.early[0]), cmp.Compare(d.early[1], o.early[1])); at != 0 {
		return at
	}
	return cmp.Compare(d.place, o.place)
}
