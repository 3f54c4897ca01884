package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func (s suite) queries() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"a query finds one partition in the order of sort":   s.order,
		"a query keeps to its bounds":                        s.bounds,
		"equal sorts come in the order of ids":               s.ties,
		"an index entry moves with its document":             s.moves,
		"a walk of many pages finds each document once":      s.paging,
		"a walk can be left and begun anew":                  s.earlyStop,
		"a walk without a partition finds all documents":     s.scan,
		"documents may be written while a walk is under way": s.writeWhileWalking,
		"a collection nobody wrote to is empty":              s.nowhere,
		"several partitions are walked as one":               s.together,
		"a walk of many pages over several partitions":       s.pagesTogether,
	}
}

func entry(id, partition, sort string) store.Write {
	w := put(key(id), `{"n":1}`)
	w.Entry = store.Entry{Partition: partition, Sort: sort}
	return w
}

func in(partition string) store.Query {
	return store.Query{Collection: "profiles", Partition: partition}
}

func (s suite) order(t *testing.T) {
	db := s.open(t)
	sorts := []string{"", "\x01", " ", "10", "9", "A", "Z", "a", "a\x01", "aa", "b", "é", "ø", "\uffff", "👩", "\U0010FFFF"}
	for i := range sorts {
		at := (i * 7) % len(sorts)
		commit(t, db, entry("id"+sorts[at], "p", sorts[at]), entry("other"+sorts[at], "q", sorts[at]), put(key("unlisted"+sorts[at]), `{}`))
	}
	want := make([]string, len(sorts))
	for i := range sorts {
		want[i] = "id" + sorts[i]
	}
	require.Equal(t, want, ids(t, db, in("p")))
	slices.Reverse(want)
	q := in("p")
	q.Descending = true
	require.Equal(t, want, ids(t, db, q))
}

func (s suite) bounds(t *testing.T) {
	db := s.open(t)
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		commit(t, db, entry(id, "p", id))
	}
	for name, test := range map[string]struct {
		from, to   string
		descending bool
		limit      int
		want       string
	}{
		"open":                        {want: "[a b c d e]"},
		"from is within":              {from: "c", want: "[c d e]"},
		"to is not":                   {to: "c", want: "[a b]"},
		"both":                        {from: "b", to: "e", want: "[b c d]"},
		"between":                     {from: "bb", to: "dd", want: "[c d]"},
		"nothing between":             {from: "c", to: "c", want: "[]"},
		"crossed":                     {from: "d", to: "b", want: "[]"},
		"past the end":                {from: "f", want: "[]"},
		"limit":                       {limit: 2, want: "[a b]"},
		"limit of all":                {limit: 5, want: "[a b c d e]"},
		"limit over all":              {limit: 9, want: "[a b c d e]"},
		"descending":                  {descending: true, want: "[e d c b a]"},
		"descending, from":            {descending: true, from: "c", want: "[e d c]"},
		"descending, to":              {descending: true, to: "c", want: "[b a]"},
		"descending, both, limited":   {descending: true, from: "b", to: "e", limit: 2, want: "[d c]"},
		"ascending, both and limited": {from: "b", to: "e", limit: 1, want: "[b]"},
	} {
		t.Run(name, func(t *testing.T) {
			q := store.Query{Collection: "profiles", Partition: "p", From: test.from, To: test.to, Descending: test.descending, Limit: test.limit}
			require.Equal(t, test.want, fmt.Sprint(ids(t, db, q)))
		})
	}
}

func (s suite) ties(t *testing.T) {
	db := s.open(t)
	for _, id := range []string{"c", "a", "d", "b"} {
		commit(t, db, entry(id, "p", "same"))
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, ids(t, db, in("p")))
	q := in("p")
	q.Descending, q.Limit = true, 3
	require.Equal(t, []string{"d", "c", "b"}, ids(t, db, q))
}

func (s suite) moves(t *testing.T) {
	db := s.open(t)
	commit(t, db, entry("a", "p", "1"), entry("b", "p", "2"))
	commit(t, db, entry("a", "p", "3"))
	require.Equal(t, []string{"b", "a"}, ids(t, db, in("p")))
	commit(t, db, entry("a", "q", "3"))
	require.Equal(t, []string{"b"}, ids(t, db, in("p")))
	require.Equal(t, []string{"a"}, ids(t, db, in("q")))
	commit(t, db, put(key("a"), `{}`), store.Write{Key: key("b"), Version: store.Unchecked})
	require.Empty(t, ids(t, db, in("p")))
	require.Empty(t, ids(t, db, in("q")))
}

// fill writes many documents of one partition, in an order that is not theirs,
// a third of them with the sort of another, and returns their ids in order.
func (s suite) fill(t *testing.T, db store.Store) []string {
	t.Helper()
	many := s.many
	want := make([]string, many)
	for i := range want {
		want[i] = fmt.Sprintf("%04d", i)
	}
	var writes []store.Write
	for i := range want {
		id := want[(i*331)%many]
		writes = append(writes, entry(id, "p", id[:3]+string('0'+id[3]/3)))
		if len(writes) == store.MaxWrites || i == many-1 {
			commit(t, db, writes...)
			writes = nil
		}
	}
	return want
}

func (s suite) paging(t *testing.T) {
	db := s.open(t)
	want := s.fill(t, db)
	require.Equal(t, want, ids(t, db, in("p")))
	limited := in("p")
	limited.Limit = s.many - 50
	require.Equal(t, want[:s.many-50], ids(t, db, limited))
	from, to := s.many/70, s.many*6/70 // tens
	bounded := store.Query{Collection: "profiles", Partition: "p", From: fmt.Sprintf("%03d", from), To: fmt.Sprintf("%03d", to)}
	require.Equal(t, want[10*from:10*to], ids(t, db, bounded))
	bounded.Descending = true
	down := slices.Clone(want[10*from : 10*to])
	slices.Reverse(down)
	require.Equal(t, down, ids(t, db, bounded))
}

func (s suite) earlyStop(t *testing.T) {
	db := s.open(t)
	want := s.fill(t, db)
	for _, stop := range []int{1, 2, s.many / 2, s.many - 1, s.many} {
		var found []string
		for d, err := range db.Query(t.Context(), in("p")) {
			require.NoError(t, err)
			if found = append(found, d.Key.ID); len(found) == stop {
				break
			}
		}
		require.Equal(t, want[:stop], found)
	}
	walk := db.Query(t.Context(), in("p"))
	for range 2 {
		n := 0
		for _, err := range walk {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, s.many, n)
	}
}

func (s suite) scan(t *testing.T) {
	db := s.open(t)
	want := s.fill(t, db)
	commit(t, db, put(key("unlisted"), `{}`), put(store.Key{Collection: "threads", ID: "other"}, `{}`))
	require.ElementsMatch(t, append(want, "unlisted"), ids(t, db, store.Query{Collection: "profiles"}))
	require.Len(t, ids(t, db, store.Query{Collection: "profiles", Limit: s.many - 30}), s.many-30)
}

func (s suite) writeWhileWalking(t *testing.T) {
	db := s.open(t)
	want := s.fill(t, db)
	var found []string
	for d, err := range db.Query(context.Background(), in("p")) {
		require.NoError(t, err)
		found = append(found, d.Key.ID)
		commit(t, db, store.Write{Key: d.Key, Version: d.Version})
	}
	require.Equal(t, want, found)
	require.Empty(t, ids(t, db, in("p")))
}

func (s suite) nowhere(t *testing.T) {
	db := s.open(t)
	require.Empty(t, ids(t, db, store.Query{Collection: "never"}))
	require.Empty(t, ids(t, db, store.Query{Collection: "never", Partition: "p"}))
	require.False(t, get(t, db, store.Key{Collection: "never", ID: "x"}).Exists())
}

func (s suite) together(t *testing.T) {
	db := s.open(t)
	for i, id := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		commit(t, db, entry(id, []string{"p", "q", "r"}[i%3], fmt.Sprint(i/2)))
	}
	gone := entry("gone", "q", "0")
	gone.Expires = time.Now().Add(-time.Hour)
	commit(t, db, gone, entry("other", "s", "1"))
	both := store.Query{Collection: "profiles", Partition: "q", Also: []string{"p", "nobody's"}}
	all := store.Query{Collection: "profiles", Partition: "r", Also: []string{"q", "p"}}
	with := func(q store.Query, from, to string, descending bool, limit int) store.Query {
		q.From, q.To, q.Descending, q.Limit = from, to, descending, limit
		return q
	}
	for name, c := range map[string]struct {
		q    store.Query
		want string
	}{
		"two, and one that is empty": {both, "[a b d e g]"},
		"three":                      {all, "[a b c d e f g]"},
		"within bounds":              {with(all, "1", "3", false, 0), "[c d e f]"},
		"the first of them":          {with(all, "", "", false, 3), "[a b c]"},
		"from the end":               {with(both, "", "", true, 0), "[g e d b a]"},
		"the last of them":           {with(all, "", "3", true, 2), "[f e]"},
		"none of them":               {with(all, "7", "", false, 0), "[]"},
		"a collection of nothing":    {store.Query{Collection: "never", Partition: "p", Also: []string{"q"}}, "[]"},
	} {
		require.Equal(t, c.want, fmt.Sprint(ids(t, db, c.q)), name)
	}
}

func (s suite) pagesTogether(t *testing.T) {
	db := s.open(t)
	want := s.fill(t, db)
	var moved []store.Write
	for i, id := range want {
		if i%3 == 0 {
			moved = append(moved, entry(id, "q", id[:3]+string('0'+id[3]/3)))
		}
	}
	for some := range slices.Chunk(moved, store.MaxWrites) {
		commit(t, db, some...)
	}
	both := store.Query{Collection: "profiles", Partition: "p", Also: []string{"q"}}
	require.Equal(t, want, ids(t, db, both))
	both.Limit = s.many - 50
	require.Equal(t, want[:s.many-50], ids(t, db, both))
	both.Descending = true
	slices.Reverse(want)
	require.Equal(t, want[:s.many-50], ids(t, db, both))
	n := 0
	for _, err := range db.Query(t.Context(), both) {
		require.NoError(t, err)
		if n++; n == 40 {
			break
		}
	}
}
