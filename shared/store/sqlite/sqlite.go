// Package sqlite keeps documents in one SQLite file: the store of one machine.
//
// One goroutine writes. It puts the commits that wait for it at that moment into
// one transaction and one fsync, and each is on the disk when its Commit returns.
// Others read beside it, also other processes. There is a table for each collection,
// which the sqlite3 shell shows as it is.
package sqlite

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/store"
)

func init() {
	store.Register("sqlite", "sqlite:FILE", func(ctx context.Context, url string, o store.Options) (store.Store, error) {
		return Open(ctx, strings.TrimPrefix(url, "sqlite:"), store.WithClock(o.Clock))
	})
}

// readers is how many read at a time; a read takes microseconds.
const readers = 4

// DB is an open file. It implements store.Store.
type DB struct {
	path string
	now  func() time.Time
	slot func(id string) int64 // slotOf, but for the test of IDs whose hashes are equal

	idle   chan *conn    // connections to read with; nil: not opened yet
	closed chan struct{} // closed by Close

	mu      sync.Mutex
	waiting []*request // for the writer
	closing bool       // nobody may come any more
	wake    chan struct{}
	written chan struct{} // closed when the writer has ended

	writer *writer
	ending sync.Once
	ended  error
}

// Open opens the file at path, and makes it when there is none; its folder must be
// there. The time it takes does not depend on the file's size, but for what a killed
// process has left in its log.
func Open(ctx context.Context, path string, options ...store.Option) (*DB, error) {
	switch {
	case path == "" || path == ":memory:":
		return nil, errors.New("it names no file; use memory: for a store without one")
	case strings.HasPrefix(path, "//") || strings.ContainsAny(path, "?#\x00"):
		return nil, errors.New("want a file's path as it is, sqlite:data/redthread.db, without // or ?")
	}
	return open(ctx, path, store.Chosen(options...), slotOf)
}

func open(ctx context.Context, path string, o store.Options, slot func(string) int64) (*DB, error) {
	c, err := openWriter(ctx, path)
	if err != nil {
		return nil, err
	}
	db := &DB{
		path: path, now: o.Clock, slot: slot,
		idle: make(chan *conn, readers), closed: make(chan struct{}),
		wake: make(chan struct{}, 1), written: make(chan struct{}),
	}
	for range readers {
		db.idle <- nil
	}
	db.writer = &writer{db: db, c: c, log: log{c: c, full: logPages}}
	go db.writer.run()
	return db, nil
}

// Close implements store.Store. Calls under way are finished first.
func (db *DB) Close() error {
	db.ending.Do(func() {
		db.mu.Lock()
		db.closing = true
		db.mu.Unlock()
		close(db.closed)
		<-db.written
		for range readers {
			if c := <-db.idle; c != nil {
				db.ended = errors.Join(db.ended, c.close())
			}
		}
		// Last, as it moves what is in the log into the file.
		db.ended = errors.Join(db.ended, db.writer.c.close())
	})
	return db.ended
}
