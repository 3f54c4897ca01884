// Package journal keeps every event that came in, once. Its entries are what
// profiles are folded from, what duplicates are found by, and what a replay plays.
package journal

import (
	"encoding/json"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// Collection is where the journal is kept; its index is by profile and time. Events
// about no customer are under the partition Nobody.
const Collection = "journal"

// Nobody is the index partition of events that are about no customer.
const Nobody = "-"

// Entry is one event as it came, and whose it is.
type Entry struct {
	Profile  string       `json:"profile,omitempty"` // when it was written; the profile may since have been merged away
	Type     string       `json:"type"`
	Source   string       `json:"source"`
	ID       string       `json:"id"`
	Time     time.Time    `json:"time"`
	Received time.Time    `json:"received"`
	Pin      string       `json:"pin,omitempty"`      // the profile that an action or a link of ours names
	Unlinked bool         `json:"unlinked,omitempty"` // somebody said that it does not link its identifiers
	Event    events.Event `json:"event"`
}

// ID returns the journal id of the event with the given source and id.
func ID(source, id string) string { return events.HashOf(source, id) }

// Key returns the key of the entry with the given journal id.
func Key(id string) store.Key { return store.Key{Collection: Collection, ID: id} }

// Read decodes an entry's document, which must exist.
func Read(d store.Document) (Entry, error) {
	var e Entry
	if !d.Exists() {
		return e, fmt.Errorf("journal entry %q: there is none", d.Key.ID)
	}
	if err := json.Unmarshal(d.Data, &e); err != nil {
		return e, fmt.Errorf("decode journal entry %q: %w", d.Key.ID, err)
	}
	return e, nil
}

// Write returns the write that commits e at the version it was read at; 0 creates.
func Write(e Entry, version int64) (store.Write, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode journal entry of event %q from %q: %w", e.ID, e.Source, err)
	}
	id := ID(e.Source, e.ID)
	partition := e.Profile
	if partition == "" {
		partition = Nobody
	}
	return store.Write{Key: Key(id), Version: version, Data: data,
		Entry: store.Entry{Partition: partition, Sort: store.SortTime(e.Time) + id}}, nil
}
