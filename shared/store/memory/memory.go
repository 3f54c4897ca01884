// Package memory keeps documents in the process, for tests and for trying things
// out: a full driver in all but that everything ends with the process.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"redthread.dev/shared/store"
)

func init() {
	store.Register("memory", "memory:", func(_ context.Context, url string, o store.Options) (store.Store, error) {
		if url != "memory:" {
			return nil, fmt.Errorf("it takes no name")
		}
		return New(store.WithClock(o.Clock)), nil
	})
}

// Store is a document store in memory. Each one is its own.
type Store struct {
	now func() time.Time

	mu          sync.RWMutex
	collections map[string]*collection
	version     int64 // of the last write, whatever its key, so that none is given twice
	unswept     int   // writes since the expired were last dropped
	closed      bool
}

type collection struct {
	documents map[string]store.Document
	index     map[string]partition
}

// New returns an empty store.
func New(options ...store.Option) *Store {
	return &Store{now: store.Chosen(options...).Clock, collections: map[string]*collection{}}
}

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	now, found := s.now(), make([]store.Document, len(keys))
	for i, k := range keys {
		found[i] = copied(s.live(k, now))
		found[i].Key = k
	}
	return found, nil
}

// Commit implements store.Store.
func (s *Store) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	now := s.now()
	for _, w := range writes {
		if w.Version != store.Unchecked && s.live(w.Key, now).Version != w.Version {
			return fmt.Errorf("commit %s: %w", w.Key, store.ErrConflict)
		}
	}
	for _, w := range writes {
		s.write(w)
	}
	s.sweep(now, len(writes))
	return nil
}

// Close implements store.Store. It drops everything.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.collections = true, nil
	return nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return store.ErrClosed
	}
	return ctx.Err()
}

// live is the document under k, a zero one when there is none at that time.
func (s *Store) live(k store.Key, now time.Time) store.Document {
	c := s.collections[k.Collection]
	if c == nil {
		return store.Document{}
	}
	d := c.documents[k.ID]
	if expired(d, now) {
		return store.Document{}
	}
	return d
}

func (s *Store) write(w store.Write) {
	c := s.collections[w.Key.Collection]
	if c == nil {
		c = &collection{documents: map[string]store.Document{}, index: map[string]partition{}}
		s.collections[w.Key.Collection] = c
	}
	c.drop(w.Key.ID)
	if w.Data == nil {
		return
	}
	s.version++
	w.Key.ID = strings.Clone(w.Key.ID) // which may be part of a larger text
	c.documents[w.Key.ID] = store.Document{
		Key: w.Key, Version: s.version, Data: bytes.Clone(w.Data), Entry: w.Entry, Expires: kept(w.Expires),
	}
	if p := w.Entry.Partition; p != "" {
		c.index[p] = c.index[p].with(place{w.Entry.Sort, w.Key.ID})
	}
}

func (c *collection) drop(id string) {
	d, ok := c.documents[id]
	if !ok {
		return
	}
	delete(c.documents, id)
	if p := d.Entry.Partition; p != "" {
		if c.index[p] = c.index[p].without(place{d.Entry.Sort, id}); len(c.index[p]) == 0 {
			delete(c.index, p)
		}
	}
}

// sweep drops what has expired, in one pass each time as many documents were
// written as there are: a constant cost a write.
func (s *Store) sweep(now time.Time, written int) {
	s.unswept += written
	all := 0
	for _, c := range s.collections {
		all += len(c.documents)
	}
	if s.unswept < max(all, 1000) {
		return
	}
	s.unswept = 0
	for _, c := range s.collections {
		for id, d := range c.documents {
			if expired(d, now) {
				c.drop(id)
			}
		}
	}
}

func expired(d store.Document, now time.Time) bool {
	return !d.Expires.IsZero() && !now.Before(d.Expires)
}

func kept(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Millisecond)
}

// copied keeps callers from changing each other's data.
func copied(d store.Document) store.Document {
	d.Data = bytes.Clone(d.Data)
	return d
}
