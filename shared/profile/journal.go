package profile

import (
	"fmt"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// Journal is the collection that keeps every event that came in, once: what
// profiles are folded from and duplicates are found by. Its index is by profile
// and time; events about no customer are not indexed.
const Journal = "journal"

// Entry is one event as it came, and whose it is. Its id is events.Hash.
type Entry struct {
	Profile  string             `json:"profile,omitempty"` // when it was written; that one may since have been merged away
	Type     string             `json:"type"`
	Source   string             `json:"source"`
	ID       string             `json:"id"`
	Time     time.Time          `json:"time"`
	Received time.Time          `json:"received"`
	Pin      string             `json:"pin,omitempty"`      // the profile that an action or a link of ours names
	Speaker  events.Identifiers `json:"speaker,omitempty"`  // who that was, for a statement made by such a link
	Merged   []string           `json:"merged,omitempty"`   // the profiles that it made one with Profile
	Refused  []string           `json:"refused,omitempty"`  // types of its identifiers that were not taken for the customer's
	Unlinked bool               `json:"unlinked,omitempty"` // somebody undid what it merged: it links nothing any more
	Erased   bool               `json:"erased,omitempty"`   // its customer was erased, and all of it with them; see ErasedEntry
	Event    events.Event       `json:"event"`
}

// JournalKey returns the key of the entry with the given id (events.Hash).
func JournalKey(id string) store.Key { return store.Key{Collection: Journal, ID: id} }

// ReadEntry decodes a journal entry's document, which must exist.
func ReadEntry(d store.Document) (Entry, error) {
	var e Entry
	if !d.Exists() {
		return e, fmt.Errorf("journal entry %q: there is none", d.Key.ID)
	}
	if err := json.Unmarshal(d.Data, &e); err != nil {
		return e, fmt.Errorf("decode journal entry %q: %w", d.Key.ID, err)
	}
	return e, nil
}

// ReadJournal decodes the event of a journal entry's document, as it went on from
// collect: with the profile it was found to be about.
func ReadJournal(d store.Document) (events.Event, error) {
	e, err := ReadEntry(d)
	if err != nil || e.Profile == "" {
		return e.Event, err
	}
	return events.Resolved(e.Event, e.Profile), nil
}

// WriteEntry returns the write that commits e at the version it was read at; 0
// creates it.
func WriteEntry(e Entry, version int64) (store.Write, error) {
	data, err := json.Marshal(&e)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode journal entry of event %s: %w", events.HashOf(e.Source, e.ID), err)
	}
	id := events.Hash(e.Event)
	return store.Write{Key: JournalKey(id), Version: version, Data: data,
		Entry: e.place(id)}, nil
}

// ErasedEntry returns the write that leaves of the entry in a document only that it
// was there, until a time, and out of the index: so long a late duplicate of the
// event is still found, and does not bring the customer back.
func ErasedEntry(d store.Document, until time.Time) store.Write {
	return store.Write{Key: d.Key, Version: d.Version, Data: []byte(`{"erased":true}`), Expires: until}
}

// History asks for the journal entries written under a profile id, oldest first.
// Those of the profiles it absorbed are under their own ids (see Absorbed).
func History(id string) store.Query { return store.Query{Collection: Journal, Partition: id} }

func (e Entry) place(id string) store.Entry {
	if e.Profile == "" {
		return store.Entry{}
	}
	return store.Entry{Partition: e.Profile, Sort: store.SortTime(e.Time) + id}
}
