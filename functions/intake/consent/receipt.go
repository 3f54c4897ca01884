package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"redthread.dev/shared/store"
)

// receipts is the collection of what was answered to those who asked to be erased or
// for all we have. Its index is by profile id and time.
const receipts = "receipts"

// The kinds of receipt.
const (
	ofErasure = "erasure"
	ofExport  = "export"
)

// receipt says what was erased or handed out; it holds no personal data. While an
// erasure is under way it is its progress.
type receipt struct {
	ID          string         `json:"id"`
	Kind        string         `json:"kind"`
	At          time.Time      `json:"at,omitzero"` // when it was done; zero: under way
	Collections map[string]int `json:"collections,omitempty"`

	// Identities are the documents of names that are erased last: once the journal is
	// gone nothing else tells of them.
	Identities []string `json:"identities,omitempty"`
	// Try names the chunks of an export.
	Try    string `json:"try,omitempty"`
	Chunks int    `json:"chunks,omitempty"`
	// Location is the signed link to it, and Mail the action that mails that to the
	// customer; without it nobody could be written to, and the shop hands it out.
	Location string `json:"location,omitempty"`
	Mail     string `json:"mail,omitempty"`
}

func receiptKey(kind, cause string) store.Key {
	return store.Key{Collection: receipts, ID: kind + "-" + cause}
}

func readReceipt(kind string, d store.Document) (receipt, error) {
	r := receipt{ID: d.Key.ID, Kind: kind, Collections: map[string]int{}}
	if !d.Exists() {
		return r, nil
	}
	if err := json.Unmarshal(d.Data, &r); err != nil {
		return r, fmt.Errorf("decode receipt %q: %w", d.Key.ID, err)
	}
	return r, nil
}

func (r receipt) done() bool { return !r.At.IsZero() }

func (r receipt) write(profileID string, version int64) (store.Write, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode receipt %q: %w", r.ID, err)
	}
	return store.Write{Key: store.Key{Collection: receipts, ID: r.ID}, Version: version, Data: data,
		Entry: store.Entry{Partition: profileID, Sort: r.Kind + " " + store.SortTime(r.At)}}, nil
}

// receipts reads those of a kind that a profile has, oldest first.
func (c *clerk) receipts(ctx context.Context, kind, profileID string) ([]receipt, []store.Document, error) {
	var all []receipt
	var docs []store.Document
	q := store.Query{Collection: receipts, Partition: profileID, From: kind + " ", To: kind + "!"}
	for d, err := range c.env.Store.Query(ctx, q) {
		if err != nil {
			return nil, nil, fmt.Errorf("read receipts of profile %q: %w", profileID, err)
		}
		r, err := readReceipt(kind, d)
		if err != nil {
			return nil, nil, err
		}
		all, docs = append(all, r), append(docs, d)
	}
	return all, docs, nil
}
