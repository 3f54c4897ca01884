package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) limits() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"what is too large is refused before anything is written": s.tooLarge,
		"what no store takes is refused before it is written":     s.invalidWrites,
		"keys and queries are checked too":                        s.invalidReads,
	}
}

// refused holds that the commit is, as it should be, and wrote none of its documents.
func refused(t *testing.T, db store.Store, want error, writes ...store.Write) {
	t.Helper()
	writes = append([]store.Write{put(key("first"), `{"n":1}`)}, writes...)
	require.ErrorIs(t, db.Commit(t.Context(), writes...), want)
	require.False(t, get(t, db, key("first")).Exists())
}

func (s suite) tooLarge(t *testing.T) {
	db := s.open(t)
	over := put(key("heavy"), `{"a":"`+strings.Repeat("x", store.MaxDocument-7)+`"}`)
	refused(t, db, store.ErrTooLarge, over)
	require.ErrorContains(t, db.Commit(t.Context(), over), "profiles/heavy")
	require.ErrorContains(t, db.Commit(t.Context(), over), fmt.Sprint(store.MaxDocument))
	var together []store.Write
	for i := range 12 {
		together = append(together, put(key(fmt.Sprint(i)), `{"a":"`+strings.Repeat("x", store.MaxDocument-8)+`"}`))
	}
	refused(t, db, store.ErrTooLarge, together...)
}

func (s suite) invalidWrites(t *testing.T) {
	db := s.open(t)
	hundred := make([]store.Write, store.MaxWrites)
	for i := range hundred {
		hundred[i] = put(key(fmt.Sprint(i)), `{}`)
	}
	with := func(e store.Entry) []store.Write { w := put(key("a"), `{}`); w.Entry = e; return []store.Write{w} }
	for name, writes := range map[string][]store.Write{
		"no id":                     {put(key(""), `{}`)},
		"an id too long":            {put(key(strings.Repeat("x", store.MaxKey+1)), `{}`)},
		"an id that is not UTF-8":   {put(key("a\xff"), `{}`)},
		"an id with NUL":            {put(key("a\x00b"), `{}`)},
		"no collection":             {put(store.Key{ID: "a"}, `{}`)},
		"a collection in capitals":  {put(store.Key{Collection: "Profiles", ID: "a"}, `{}`)},
		"a collection with a quote": {put(store.Key{Collection: `a"b`, ID: "a"}, `{}`)},
		"a document twice":          {put(key("a"), `{}`), put(key("a"), `{}`)},
		"101 documents":             hundred,
		"a list":                    {put(key("a"), `[]`)},
		"no bytes":                  {put(key("a"), ``)},
		"half an object":            {put(key("a"), `{"a":1`)},
		"a version below unchecked": {{Key: key("a"), Version: -2, Data: []byte(`{}`)}},
		"a sort alone":              with(store.Entry{Sort: "s"}),
		"a partition too long":      with(store.Entry{Partition: strings.Repeat("x", store.MaxKey+1)}),
		"a sort that is not UTF-8":  with(store.Entry{Partition: "p", Sort: "\xff"}),
	} {
		t.Run(name, func(t *testing.T) { refused(t, db, store.ErrInvalid, writes...) })
	}
}

func (s suite) invalidReads(t *testing.T) {
	db := s.open(t)
	for _, k := range []store.Key{{}, key(""), key("\xff"), {Collection: "Æ", ID: "a"}} {
		_, err := db.Get(t.Context(), key("a"), k)
		require.ErrorIs(t, err, store.ErrInvalid, "%q", k)
	}
	for _, q := range []store.Query{
		{}, {Collection: "a b"}, {Collection: "profiles", Limit: -1}, {Collection: "profiles", From: "a"},
		{Collection: "profiles", Descending: true}, {Collection: "profiles", Partition: "\xff"},
	} {
		n := 0
		for _, err := range db.Query(t.Context(), q) {
			require.ErrorIs(t, err, store.ErrInvalid)
			n++
		}
		require.Equal(t, 1, n, "%+v ends with its error", q)
	}
}
