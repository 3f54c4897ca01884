package collect

import (
	"redthread.dev/shared/catalog"
)

// record returns what the event has to say about the catalogue, if anything.
func (t *turn) record() (catalog.Record, bool) {
	return catalog.RecordOf(t.data, catalog.StampOf(t.entry.Event, t.entry.Received))
}

// keep writes a catalogue event's document, unless it says something later already.
func (t *turn) keep(w *writes) {
	if r, ok := t.record(); ok {
		w.addIf(r.Over(t.desk.doc(r.Key())))
	}
}
