package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"redthread.dev/shared/store"
)

const commitSQL = `SELECT commit_documents($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

// Commit implements store.Store. When the context ends, or the server is gone for
// longer, before there was an answer the commit may have been made, whole, or not. It
// returns ErrInvalid for data that JSONB cannot hold: numbers of more than 131,072
// digits, and JSON nested some thousands deep.
func (db *DB) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := db.usable(ctx); err != nil || len(writes) == 0 {
		return wrapped("commit", err)
	}
	s := db.slots.take()
	defer db.slots.give(s)
	ordered := inOrder(writes)
	args := arguments(ordered)
	args[0], args[1], args[2] = s.id, s.number, db.now()
	lost := 0
	err := db.again(ctx, func() error { return db.pool.QueryRow(ctx, commitSQL, args...).Scan(&lost) })
	switch {
	case err == nil && lost > 0:
		return fmt.Errorf("commit %s: %w", ordered[lost-1].Key, store.ErrConflict)
	case refused(err):
		return fmt.Errorf("commit %s: %w: %w", ordered[0].Key, store.ErrInvalid, err)
	}
	return wrapped("commit", err)
}

// inOrder sorts writes by key, as all commits do, so that no two of them wait for each
// other.
func inOrder(writes []store.Write) []store.Write {
	ordered := slices.Clone(writes)
	slices.SortFunc(ordered, func(a, b store.Write) int {
		return cmp.Or(cmp.Compare(a.Key.Collection, b.Key.Collection), cmp.Compare(a.Key.ID, b.Key.ID))
	})
	return ordered
}

// slots tell the commits under way apart: each has one of its own, and a number in it
// that grows, which the server keeps with the documents. It makes no commit of a number
// that it has, nor of a lower one, however late what was sent comes through.
type slots struct {
	mu   sync.Mutex
	free []*slot
}

type slot struct{ id, number int64 }

func (s *slots) take() *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) == 0 {
		return &slot{id: rand.Int64(), number: 1} // of 2^63: two programs do not meet
	}
	last := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	last.number++
	return last
}

func (s *slots) give(back *slot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, back)
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
