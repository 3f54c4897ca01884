package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) expiry() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a document is gone from the moment it expires": s.expires,
		"an expired document can be made anew":          s.anew,
		"an expiry can be put off and taken back":       s.putOff,
		"expired documents do not cut a page short":     s.amongExpired,
	}
}

func lasting(id string, until time.Time) store.Write {
	w := entry(id, "p", id)
	w.Expires = until
	return w
}

func (s suite) expires(t *testing.T) {
	c := newClock()
	db := s.open(t, store.WithClock(c.now))
	until := c.now().Add(time.Hour)
	commit(t, db, lasting("a", until), entry("b", "p", "b"))
	c.move(time.Hour - time.Millisecond)
	require.Equal(t, until, get(t, db, key("a")).Expires)
	require.Equal(t, []string{"a", "b"}, ids(t, db, in("p")))
	c.move(time.Millisecond)
	require.Equal(t, store.Document{Key: key("a")}, get(t, db, key("a")))
	require.Equal(t, []string{"b"}, ids(t, db, in("p")))
	require.Equal(t, []string{"b"}, ids(t, db, store.Query{Collection: "profiles"}))
}

func (s suite) anew(t *testing.T) {
	c := newClock()
	db := s.open(t, store.WithClock(c.now))
	commit(t, db, lasting("a", c.now().Add(time.Hour)))
	old := get(t, db, key("a"))
	c.move(2 * time.Hour)
	err := db.Commit(t.Context(), store.Write{Key: key("a"), Version: old.Version, Data: []byte(`{"n":2}`)})
	require.ErrorIs(t, err, store.ErrConflict, "an update of what has expired")
	commit(t, db, store.Write{Key: key("a"), Data: []byte(`{"n":3}`)})
	d := get(t, db, key("a"))
	require.Greater(t, d.Version, old.Version)
	require.True(t, d.Expires.IsZero())
	require.Equal(t, store.Entry{}, d.Entry)
	require.Empty(t, ids(t, db, in("p")))
}

func (s suite) putOff(t *testing.T) {
	c := newClock()
	db := s.open(t, store.WithClock(c.now))
	commit(t, db, lasting("a", c.now().Add(time.Hour)), lasting("b", c.now().Add(time.Hour)))
	commit(t, db, lasting("a", c.now().Add(3*time.Hour)), lasting("b", time.Time{}))
	c.move(2 * time.Hour)
	require.Equal(t, []string{"a", "b"}, ids(t, db, in("p")))
	c.move(2 * time.Hour)
	require.Equal(t, []string{"b"}, ids(t, db, in("p")))
	require.True(t, get(t, db, key("b")).Exists())
}

func (s suite) amongExpired(t *testing.T) {
	c := newClock()
	db := s.open(t, store.WithClock(c.now))
	var writes []store.Write
	var want []string
	for i := range s.many {
		w := lasting(fmt.Sprintf("%04d", i), c.now().Add(time.Hour))
		if i%100 == 49 {
			w.Expires, want = time.Time{}, append(want, w.Key.ID)
		}
		if writes = append(writes, w); len(writes) == store.MaxWrites || i == s.many-1 {
			commit(t, db, writes...)
			writes = nil
		}
	}
	c.move(2 * time.Hour)
	require.Equal(t, want, ids(t, db, in("p")))
	limited := in("p")
	limited.Limit = 2
	require.Equal(t, want[:2], ids(t, db, limited))
	require.ElementsMatch(t, want, ids(t, db, store.Query{Collection: "profiles"}))
}
