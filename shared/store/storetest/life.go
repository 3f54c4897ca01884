package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) life() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a closed store says so":                   s.closed,
		"closing waits for what is under way":      s.closeBusy,
		"a store opened again has everything":      s.reopened,
		"a store opened twice has one content":     s.openedTwice,
		"two stores know nothing of each other":    s.apart,
		"collections are made by whoever is first": s.manyCollections,
	}
}

func (s suite) closed(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{}`))
	require.NoError(t, db.Close())
	require.NoError(t, db.Close(), "twice")
	_, err := db.Get(t.Context(), key("a"))
	require.ErrorIs(t, err, store.ErrClosed)
	require.ErrorIs(t, db.Commit(t.Context(), put(key("b"), `{}`)), store.ErrClosed)
	for _, err := range db.Query(t.Context(), store.Query{Collection: "profiles"}) {
		require.ErrorIs(t, err, store.ErrClosed)
	}
}

// closeBusy closes a store under its users: each call succeeds or says why not.
func (s suite) closeBusy(t *testing.T) {
	db := s.open(t)
	started := make(chan struct{}, writers)
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			var err error
			for n := 0; err == nil; n++ {
				if err = db.Commit(t.Context(), put(key(fmt.Sprint(i)), `{}`)); err == nil {
					_, err = db.Get(t.Context(), key(fmt.Sprint(i)))
				}
				if n == 0 {
					started <- struct{}{}
				}
			}
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("writer %d: %v", i, err)
			}
		})
	}
	for range writers {
		<-started
	}
	require.NoError(t, db.Close())
	wait.Wait()
}

func (s suite) reopened(t *testing.T) {
	if s.forgetful {
		t.Skip("its documents end with its closing")
	}
	url := s.place(t)
	db := s.openAt(t, url)
	want := s.fill(t, db)
	before := get(t, db, key(want[0]))
	require.NoError(t, db.Close())
	db = s.openAt(t, url)
	require.Equal(t, want, ids(t, db, in("p")))
	require.Equal(t, before, get(t, db, key(want[0])))
	require.ErrorIs(t, db.Commit(t.Context(), store.Write{Key: before.Key, Data: []byte(`{}`)}), store.ErrConflict)
	commit(t, db, store.Write{Key: before.Key, Version: before.Version, Data: []byte(`{}`)})
	require.Greater(t, get(t, db, before.Key).Version, before.Version)
}

func (s suite) openedTwice(t *testing.T) {
	if s.forgetful {
		t.Skip("each is its own")
	}
	url := s.place(t)
	one, two := s.openAt(t, url), s.openAt(t, url)
	var last int64
	for i := range 20 {
		from, to := one, two
		if i%2 == 1 {
			from, to = two, one
		}
		k, data := store.Key{Collection: "c" + string(rune('a'+i)), ID: "new"}, fmt.Sprintf(`{"n":%d}`, i)
		commit(t, from, put(key("a"), data), put(k, data))
		d := get(t, to, key("a"))
		sameJSON(t, []byte(data), d.Data)
		require.Greater(t, d.Version, last)
		last = d.Version
		require.True(t, get(t, to, k).Exists(), "in a collection the other has made")
		require.ErrorIs(t, to.Commit(t.Context(), store.Write{Key: k, Data: []byte(`{}`)}), store.ErrConflict)
	}
}

func (s suite) apart(t *testing.T) {
	one, two := s.open(t), s.open(t)
	commit(t, one, put(key("a"), `{}`))
	require.False(t, get(t, two, key("a")).Exists())
}

func (s suite) manyCollections(t *testing.T) {
	db := s.open(t)
	names := []string{"a", "order", "group", "select", "index", "table", "x", "values", "abcdefghijklmnopqrstuvwxyzabcdefghijklmn"}
	for _, err := range together(func(i int) error {
		return db.Commit(t.Context(), put(store.Key{Collection: names[i%len(names)], ID: fmt.Sprint(i)}, `{}`))
	}) {
		require.NoError(t, err)
	}
	n := 0
	for _, name := range names {
		n += len(ids(t, db, store.Query{Collection: name}))
	}
	require.Equal(t, writers, n)
}
