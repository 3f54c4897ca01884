package storetest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) commits() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a document that nobody wrote has version 0":        s.missing,
		"a commit is read as soon as it returns":            s.readYourWrites,
		"a write on an old version conflicts":               s.lostUpdate,
		"a create finds that somebody was quicker":          s.createOnly,
		"a commit over several collections is all or none":  s.allOrNothing,
		"a deleted document is gone and can be made anew":   s.deletes,
		"deleting at version 0 holds that there is none":    s.assertNone,
		"an unchecked write takes what is there":            s.unchecked,
		"an unchecked write falls with the checked one":     s.uncheckedUnder,
		"versions grow, also over deletion":                 s.versionsGrow,
		"a conflict names the document":                     s.conflictNames,
		"documents come in the order of the keys, repeated": s.keysOrder,
		"nothing written, nothing wrong":                    s.empty,
		"what may go ahead is written with the others":      s.goesAhead,
		"what went ahead may stand when the others fail":    s.wentAhead,
	}
}

func (s suite) missing(t *testing.T) {
	d := get(t, s.open(t), key("nobody"))
	require.Equal(t, store.Document{Key: key("nobody")}, d)
	require.False(t, d.Exists())
}

func (s suite) readYourWrites(t *testing.T) {
	db := s.open(t)
	for range 50 {
		before := get(t, db, key("a"))
		commit(t, db, store.Write{Key: key("a"), Version: before.Version, Data: []byte(`{"n":1}`)})
		require.Greater(t, get(t, db, key("a")).Version, before.Version)
	}
}

func (s suite) lostUpdate(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"n":1}`))
	read := get(t, db, key("a"))
	commit(t, db, store.Write{Key: key("a"), Version: read.Version, Data: []byte(`{"n":2}`)})
	err := db.Commit(t.Context(), store.Write{Key: key("a"), Version: read.Version, Data: []byte(`{"n":3}`)})
	require.ErrorIs(t, err, store.ErrConflict)
	sameJSON(t, []byte(`{"n":2}`), get(t, db, key("a")).Data)
}

func (s suite) createOnly(t *testing.T) {
	db := s.open(t)
	commit(t, db, store.Write{Key: key("a"), Data: []byte(`{"n":1}`)})
	err := db.Commit(t.Context(), store.Write{Key: key("a"), Data: []byte(`{"n":2}`)})
	require.ErrorIs(t, err, store.ErrConflict)
	sameJSON(t, []byte(`{"n":1}`), get(t, db, key("a")).Data)
	err = db.Commit(t.Context(), store.Write{Key: key("b"), Version: 7, Data: []byte(`{"n":2}`)})
	require.ErrorIs(t, err, store.ErrConflict, "an update of nothing")
	require.False(t, get(t, db, key("b")).Exists())
}

func (s suite) allOrNothing(t *testing.T) {
	db := s.open(t)
	thread, action := store.Key{Collection: "threads", ID: "a"}, store.Key{Collection: "actions", ID: "x"}
	commit(t, db, put(key("a"), `{"n":1}`), put(thread, `{"n":1}`), put(action, `{"n":1}`))
	for _, bad := range []int{0, 1, 2} {
		writes := []store.Write{put(key("a"), `{"n":2}`), {Key: thread, Version: store.Unchecked}, put(store.Key{Collection: "journal", ID: "j"}, `{"n":2}`)}
		writes[bad] = store.Write{Key: action, Data: []byte(`{"n":2}`)}
		require.ErrorIs(t, db.Commit(t.Context(), writes...), store.ErrConflict)
		for _, k := range []store.Key{key("a"), thread, action} {
			sameJSON(t, []byte(`{"n":1}`), get(t, db, k).Data)
		}
		require.False(t, get(t, db, store.Key{Collection: "journal", ID: "j"}).Exists())
	}
}

func (s suite) deletes(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"n":1}`))
	read := get(t, db, key("a"))
	commit(t, db, store.Write{Key: key("a"), Version: read.Version})
	require.False(t, get(t, db, key("a")).Exists())
	err := db.Commit(t.Context(), store.Write{Key: key("a"), Version: read.Version})
	require.ErrorIs(t, err, store.ErrConflict, "deleted twice")
	commit(t, db, store.Write{Key: key("a"), Data: []byte(`{"n":2}`)})
	err = db.Commit(t.Context(), store.Write{Key: key("a"), Version: read.Version, Data: []byte(`{"n":3}`)})
	require.ErrorIs(t, err, store.ErrConflict, "the version of an earlier document of that name")
	commit(t, db, store.Write{Key: key("a"), Version: store.Unchecked}, store.Write{Key: key("nobody"), Version: store.Unchecked})
	require.False(t, get(t, db, key("a")).Exists())
}

func (s suite) assertNone(t *testing.T) {
	db := s.open(t)
	commit(t, db, store.Write{Key: key("a")}, put(key("b"), `{"n":1}`))
	require.False(t, get(t, db, key("a")).Exists())
	err := db.Commit(t.Context(), put(key("c"), `{"n":1}`), store.Write{Key: key("b")})
	require.ErrorIs(t, err, store.ErrConflict)
	require.True(t, get(t, db, key("b")).Exists())
	require.False(t, get(t, db, key("c")).Exists())
}

func (s suite) unchecked(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"n":1}`))
	commit(t, db, put(key("a"), `{"n":2}`))
	sameJSON(t, []byte(`{"n":2}`), get(t, db, key("a")).Data)
}

func (s suite) uncheckedUnder(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("guard"), `{"n":1}`))
	require.ErrorIs(t, db.Commit(t.Context(), put(key("a"), `{"n":2}`), store.Write{Key: key("guard")}), store.ErrConflict)
	require.False(t, get(t, db, key("a")).Exists())
}

func (s suite) versionsGrow(t *testing.T) {
	db := s.open(t)
	var last int64
	for range 5 {
		commit(t, db, put(key("a"), `{"n":1}`), put(key("b"), `{"n":1}`))
		a := get(t, db, key("a")).Version
		require.Greater(t, a, last)
		last = a
		commit(t, db, put(key("b"), `{"n":2}`))
		require.Equal(t, last, get(t, db, key("a")).Version, "another document's commit")
		commit(t, db, store.Write{Key: key("a"), Version: a})
	}
}

func (s suite) conflictNames(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("quick"), `{"n":1}`))
	err := db.Commit(t.Context(), put(key("a"), `{"n":2}`), store.Write{Key: key("quick"), Data: []byte(`{}`)})
	require.ErrorContains(t, err, "profiles/quick")
}

func (s suite) keysOrder(t *testing.T) {
	db := s.open(t)
	commit(t, db, put(key("a"), `{"id":"a"}`), put(key("b"), `{"id":"b"}`), put(store.Key{Collection: "threads", ID: "a"}, `{"id":"ta"}`))
	keys := []store.Key{key("b"), {Collection: "threads", ID: "a"}, key("nobody"), key("a"), {Collection: "never", ID: "x"}, key("b")}
	found, err := db.Get(t.Context(), keys...)
	require.NoError(t, err)
	require.Len(t, found, len(keys))
	for i, want := range []string{`{"id":"b"}`, `{"id":"ta"}`, "", `{"id":"a"}`, "", `{"id":"b"}`} {
		require.Equal(t, keys[i], found[i].Key)
		require.Equal(t, want != "", found[i].Exists())
		if want != "" {
			sameJSON(t, []byte(want), found[i].Data)
		}
	}
}

func (s suite) empty(t *testing.T) {
	db := s.open(t)
	commit(t, db)
	found, err := db.Get(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
}

func (s suite) goesAhead(t *testing.T) {
	db := s.open(t)
	a, b, entry := key("a"), store.Key{Collection: "threads", ID: "b"}, store.Key{Collection: "journal", ID: "j"}
	commit(t, db, store.Write{Key: entry, Data: []byte(`{"n":1}`)}, store.Write{Key: a, Data: []byte(`{"n":1}`), Ahead: true},
		store.Write{Key: b, Data: []byte(`{"n":1}`), Entry: store.Entry{Partition: "p", Sort: "1"}, Ahead: true})
	read := get(t, db, a)
	for _, k := range []store.Key{a, b, entry} {
		sameJSON(t, []byte(`{"n":1}`), get(t, db, k).Data)
	}
	require.Equal(t, []string{"b"}, ids(t, db, store.Query{Collection: "threads", Partition: "p"}))
	commit(t, db, store.Write{Key: a, Version: read.Version, Data: []byte(`{"n":2}`), Ahead: true})
	next := store.Write{Key: entry, Version: get(t, db, entry).Version, Data: []byte(`{"n":2}`)}
	require.ErrorIs(t, db.Commit(t.Context(), next, store.Write{Key: a, Version: read.Version, Data: []byte(`{"n":3}`), Ahead: true}), store.ErrConflict)
	sameJSON(t, []byte(`{"n":2}`), get(t, db, a).Data)
	sameJSON(t, []byte(`{"n":1}`), get(t, db, entry).Data)
}

func (s suite) wentAhead(t *testing.T) {
	db := s.open(t)
	product, entry := store.Write{Key: key("a"), Data: []byte(`{"n":1}`), Ahead: true}, store.Write{Key: store.Key{Collection: "journal", ID: "j"}, Data: []byte(`{"n":1}`)}
	large := entry
	large.Data = []byte(`{"s":"` + strings.Repeat("x", store.MaxDocument) + `"}`)
	require.ErrorIs(t, db.Commit(t.Context(), product, large), store.ErrTooLarge)
	require.False(t, get(t, db, product.Key).Exists(), "nothing goes ahead of what is refused unseen")
	commit(t, db, entry)
	require.ErrorIs(t, db.Commit(t.Context(), product, entry), store.ErrConflict)
	there, journalled := get(t, db, product.Key), get(t, db, entry.Key)
	if there.Exists() {
		sameJSON(t, product.Data, there.Data)
	}
	product.Version, entry.Version = there.Version, journalled.Version
	commit(t, db, product, entry)
	sameJSON(t, product.Data, get(t, db, product.Key).Data)
}
