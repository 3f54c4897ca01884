package replay

import "slices"

// tape is a customer's events in their order. Those of a journal are read when it is
// their turn: what comes after the last decision never is.
type tape struct {
	events []Event
	docs   []*document // what the events are read from; nil: they were
	reader *Reader
	last   int  // index of the last event that a flow handles
	warmed byte // says nothing: see warm
}

// record makes a tape of documents; its events are put into room.
func record(docs []*document, r *Reader, room []Event) *tape {
	slices.SortFunc(docs, (*document).compare)
	if cap(room) < len(docs) {
		room = make([]Event, 2*len(docs))
	}
	room = room[:len(docs)]
	clear(room)
	return &tape{events: room, docs: docs, reader: r, last: len(docs) - 1}
}

// at returns an event. The error names its journal entry, if that cannot be read.
func (t *tape) at(i int) (*Event, error) {
	if t.docs == nil || t.events[i].Data != nil {
		return &t.events[i], nil
	}
	var err error
	t.events[i], err = t.reader.read(t.docs[i])
	return &t.events[i], err
}

// find returns the event of that id; nil: there is none.
func (t *tape) find(id string) *Event {
	for i := range t.events {
		if t.docs != nil && t.docs[i].id == id {
			if e, err := t.at(i); err == nil {
				return e
			}
		}
		if t.events[i].ID == id {
			return &t.events[i]
		}
	}
	return nil
}

// near is how many bytes of memory come to the processor at once.
const near = 64

// warm has the texts that will be read come to the processor side by side, from wherever
// in memory they were put when the journal was read: one after the other takes longer.
func (t *tape) warm() {
	for _, d := range t.docs[:t.last+1] {
		for i := int(d.data); i < len(d.text); i += near {
			t.warmed ^= d.text[i]
		}
	}
}

// cut notes the last event of the handled types: where none is, nothing is decided.
func (t *tape) cut(handled func(eventType string) bool) {
	for ; t.last >= 0; t.last-- {
		if k := t.docs[t.last].kind; k == nil || handled(k.event) {
			return
		}
	}
}
