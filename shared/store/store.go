// Package store is the document store every function stands on: a few
// collections of small JSON documents, read by key and committed optimistically.
// Drivers live in the folders below; storetest is the one suite they all pass.
package store

import (
	"context"
	"errors"
	"iter"
	"time"
)

// The errors a driver returns, wrapped with the operation and the key.
var (
	// ErrConflict says that a document was no longer at the version a write named.
	// Read, decide and commit again.
	ErrConflict = errors.New("document changed since it was read")
	// ErrTooLarge says that a document is larger than MaxDocument. It is returned
	// before anything is written.
	ErrTooLarge = errors.New("document too large")
	// ErrClosed says that the store was closed.
	ErrClosed = errors.New("store is closed")
)

// Limits every driver keeps, so that what runs on one store runs on all:
// the smallest that any of the supported clouds prescribes, with room to spare.
const (
	MaxDocument = 380 << 10 // bytes of JSON in one document (DynamoDB: 400 KB an item)
	MaxWrites   = 100       // documents in one commit (DynamoDB: 100)
	MaxKey      = 1000      // bytes of a document's id (DynamoDB: 1024; Firestore: 1500)
	MaxWalked   = 30        // partitions in one query (Firestore: 30)
)

// Store keeps documents. Its methods are safe for concurrent use and honour the
// context's end; Get, Commit and each page of Query are one round trip (but see
// Write.Ahead).
type Store interface {
	// Get returns one document for each key, in the keys' order. A document that
	// does not exist, or has expired, has version 0 and no data.
	Get(ctx context.Context, keys ...Key) ([]Document, error)
	// Commit writes all or nothing. It returns ErrConflict when any document is not
	// at the version its write names, ErrTooLarge when one is over MaxDocument. Only
	// what may go ahead (Write.Ahead) may have been written when it fails.
	Commit(ctx context.Context, writes ...Write) error
	// Query walks the documents of one partition of a collection's index. It ends
	// with the first error. Stopping early costs nothing further.
	Query(ctx context.Context, q Query) iter.Seq2[Document, error]
	Close() error
}

// Key names a document. Collections are named by letters a to z and made on first
// use; IDs are any UTF-8 of 1 to MaxKey bytes, without NUL.
type Key struct{ Collection, ID string }

// String returns the key as an error message shows it.
func (k Key) String() string { return k.Collection + "/" + k.ID }

// Document is a JSON object as it was last committed.
type Document struct {
	Key     Key
	Version int64 // opaque, never 0 for a document that exists; larger after each commit
	Data    []byte
	Entry   Entry
	Expires time.Time // to the millisecond, UTC; zero: never
}

// Exists tells a document from the lack of one.
func (d Document) Exists() bool { return d.Version != 0 }

// Entry is a document's place in its collection's one index: documents with the
// same Partition are found in the order of Sort, those with the same Sort in the
// order of ID, both bytewise. An empty Partition, with an empty Sort, keeps the
// document out of the index.
type Entry struct{ Partition, Sort string }

// Unchecked is the version of a write that does not care what was there. It is
// safe only under another write of the same commit that does.
const Unchecked int64 = -1

// Write replaces one document, or deletes it when Data is nil. Deleting at version
// 0 changes nothing and holds the others of the commit to there being none.
type Write struct {
	Key     Key
	Version int64  // the version it was read at; 0: it must not exist; Unchecked: either
	Data    []byte // a JSON object; the store keeps its value, not its spelling
	Entry   Entry
	Expires time.Time // zero: never; from then on it is as good as deleted
	// Ahead says that the write need not be one with the others of its commit: it may be
	// carried out before them, and stand though they fail or the process ends in between.
	// A store that charges more for several documents at once writes it by itself then,
	// in a round trip of its own. It is for what is true whatever becomes of the others,
	// and comes to the same when the whole commit is made once more.
	Ahead bool
}

// Query asks for the documents of one partition with From ≤ Sort < To, an empty
// bound being open. With no partition it walks the whole collection in the
// store's own order, for maintenance and replay only. A walk of several pages sees
// each document once, as it was when its page was read.
type Query struct {
	Collection, Partition string
	// Also are further partitions, walked with the first as if all were one: in the order
	// of Sort, then ID. What moves from one to another meanwhile may be seen twice, or not
	// at all. It is one round trip where the store can (Firestore), else one for each.
	Also       []string
	From, To   string
	Descending bool
	Limit      int // 0: all
}
