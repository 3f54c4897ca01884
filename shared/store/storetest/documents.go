package storetest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) documents() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"data comes back as the value it was":           s.values,
		"odd ids are told apart":                        s.oddIDs,
		"the largest document, id and commit are taken": s.largest,
		"index entry and expiry come back":              s.entries,
		"callers cannot change what is stored":          s.isolated,
	}
}

func (s suite) values(t *testing.T) {
	db := s.open(t)
	for name, data := range map[string]string{
		"empty":    `{}`,
		"numbers":  `{"beyond_float":9007199254740993,"most":9223372036854775807,"least":-9223372036854775808,"rate":0.1,"tiny":1e-7,"zero":0}`,
		"strings":  `{"empty":"","html":"<b>&amp;</b>","escapes":"\"\\/\b\f\n\r\t","separator":"\u2028","emoji":"👩‍👩‍👧 🧵","danish":"rød tråd","time":"2026-03-29T01:30:00.123456789+01:00"}`,
		"nul":      `{"a\u0000":"\u0000b\u0000"}`,
		"nothing":  `{"null":null,"list":[],"object":{},"false":false,"true":true}`,
		"nested":   `{"lists":[[1,[2,[]]],[{"a":[null,{"b":{}}]}]],"mixed":[1,"1",1.5,null,true]}`,
		"names":    `{"a.b":1,"a/b":2,"__x__":3,"$ref":4,"æ":5,"with space":6,"Case":7,"case":8,"` + "`" + `":9,"version":10,"data":11,"id":12}`,
		"deep":     `{"a":` + strings.Repeat(`{"a":`, 15) + `1` + strings.Repeat(`}`, 15) + `}`,
		"unsorted": `{"z":1,"a":2,"m":[{"z":1,"a":2}]}`,
	} {
		commit(t, db, put(key(name), data))
		sameJSON(t, []byte(data), get(t, db, key(name)).Data)
	}
}

func (s suite) oddIDs(t *testing.T) {
	db := s.open(t)
	odd := []string{
		"a", "A", "a ", " a", "a/b", "a//b", "/", ".", "..", "#", "a#b", "__x__", "__", "%2F", "a%", "é", "e\u0301", "rød tråd",
		"👩‍👩‍👧", "\u2028", "\n", "\t", "'", `"`, `\`, "`", "$", "*", "?", "a=b&c", "null", "0", "-1", "\U0010FFFF", "\x7f", "\x01",
	}
	for _, id := range odd {
		w := put(key(id), `{"id":1}`)
		w.Version, w.Entry = 0, store.Entry{Partition: "p/#" + id, Sort: id}
		commit(t, db, w)
	}
	for _, id := range odd {
		require.True(t, get(t, db, key(id)).Exists(), "%q", id)
		require.Equal(t, []string{id}, ids(t, db, store.Query{Collection: "profiles", Partition: "p/#" + id}))
	}
	require.ElementsMatch(t, odd, ids(t, db, store.Query{Collection: "profiles"}))
}

func (s suite) largest(t *testing.T) {
	db := s.open(t)
	data := `{"a":"` + strings.Repeat("x", store.MaxDocument-8) + `"}`
	require.Len(t, data, store.MaxDocument)
	long := strings.Repeat("k", store.MaxKey)
	commit(t, db, store.Write{Key: key(long), Data: []byte(data), Entry: store.Entry{Partition: long, Sort: long}})
	sameJSON(t, []byte(data), get(t, db, key(long)).Data)
	require.Equal(t, []string{long}, ids(t, db, store.Query{Collection: "profiles", Partition: long, From: long}))
	all := make([]store.Write, store.MaxWrites)
	for i := range all {
		all[i] = put(key(strings.Repeat("i", i+1)), `{"a":"`+strings.Repeat("y", 30_000)+`"}`)
	}
	commit(t, db, all...)
	require.Len(t, ids(t, db, store.Query{Collection: "profiles"}), store.MaxWrites+1)
}

func (s suite) entries(t *testing.T) {
	c := newClock()
	db := s.open(t, store.WithClock(c.now))
	w := put(key("a"), `{"n":1}`)
	w.Entry, w.Expires = store.Entry{Partition: "p", Sort: "s"}, c.now().AddDate(0, 0, 1)
	commit(t, db, w)
	d := get(t, db, key("a"))
	require.Equal(t, w.Entry, d.Entry)
	require.Equal(t, w.Expires, d.Expires)
	for _, next := range []store.Write{
		{Entry: store.Entry{Partition: "p", Sort: "s"}},
		{Entry: store.Entry{Partition: "p", Sort: "t"}, Expires: w.Expires.Add(time.Hour)},
		{},
	} {
		next.Key, next.Version, next.Data = key("a"), get(t, db, key("a")).Version, []byte(`{"n":2}`)
		commit(t, db, next)
		d := get(t, db, key("a"))
		require.Equal(t, next.Entry, d.Entry)
		require.Equal(t, next.Expires, d.Expires)
	}
	require.Empty(t, ids(t, db, store.Query{Collection: "profiles", Partition: "p"}))
}

func (s suite) isolated(t *testing.T) {
	db := s.open(t)
	data := []byte(`{"n":1}`)
	commit(t, db, store.Write{Key: key("a"), Data: data})
	copy(data, `{"n":9}`)
	copy(get(t, db, key("a")).Data, `[[[[[[[`)
	for d, err := range db.Query(t.Context(), store.Query{Collection: "profiles"}) {
		require.NoError(t, err)
		copy(d.Data, `[[[[[[[`)
	}
	sameJSON(t, []byte(`{"n":1}`), get(t, db, key("a")).Data)
}
