package storetest

import (
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
