package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) contexts() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a call with an ended context does nothing":          s.cancelledBefore,
		"a commit cancelled under way is whole or not there": s.cancelledDuring,
		"a context ended afterwards changes nothing":         s.cancelledAfter,
		"a walk ends with its context":                       s.cancelledWalk,
	}
}

func (s suite) cancelledBefore(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"n":1}`))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, db.Commit(ended, put(key("a"), `{"n":2}`)), context.Canceled)
	_, err := db.Get(ended, key("a"))
	require.ErrorIs(t, err, context.Canceled)
	for _, err := range db.Query(ended, store.Query{Collection: "profiles"}) {
		require.ErrorIs(t, err, context.Canceled)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	require.ErrorIs(t, db.Commit(late, put(key("a"), `{"n":2}`)), context.DeadlineExceeded)
	sameJSON(t, []byte(`{"n":1}`), get(t, db, key("a")).Data)
}

func (s suite) cancelledDuring(t *testing.T) {
	db := s.open(t)
	other := func(i int) store.Key { return store.Key{Collection: "threads", ID: fmt.Sprint(i)} }
	failures := together(func(i int) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*50*time.Microsecond)
		defer cancel()
		return db.Commit(ctx, put(key(fmt.Sprint(i)), `{}`), put(other(i), `{}`))
	})
	for i, err := range failures {
		one := s.settled(t, db, key(fmt.Sprint(i)), other(i))
		if err == nil {
			require.True(t, one, "commit %d", i)
		} else {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
	}
}

// settled says whether the documents are there, which all are or none. A server may
// still be at a commit that the client has given up, so that they come between two reads.
func (s suite) settled(t *testing.T, db store.Store, keys ...store.Key) (there bool) {
	t.Helper()
	require.Eventually(t, func() bool {
		found, err := db.Get(t.Context(), keys...)
		require.NoError(t, err)
		there = found[0].Exists()
		for _, d := range found {
			if d.Exists() != there {
				return false
			}
		}
		return true
	}, 10*time.Second, 50*time.Millisecond, "half of a commit is there: %v", keys)
	return there
}

func (s suite) cancelledAfter(t *testing.T) {
	db := s.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, db.Commit(ctx, put(key("a"), `{"n":1}`)))
	cancel()
	require.True(t, get(t, db, key("a")).Exists())
	commit(t, db, put(key("a"), `{"n":2}`))
}

func (s suite) cancelledWalk(t *testing.T) {
	db := s.open(t)
	s.fill(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range db.Query(ctx, in("p")) {
		require.NoError(t, last, "an error is the end")
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Len(t, ids(t, db, in("p")), s.many, "the store goes on")
}
