package storetest

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

func (s suite) laws() map[string]func(*testing.T) {
	return map[string]func(*testing.T){
		"whatever is asked, it answers as the store in memory": s.likeMemory,
	}
}

// pair is a store and the one in memory, which are asked the same.
type pair struct {
	t      *testing.T
	clock  *clock
	stores [2]store.Store
	prefix string // of the documents of this round
	read   map[string][][2]int64
}

var fewIDs = []string{"a", "b", "c", "d", "e"}

func (s suite) likeMemory(t *testing.T) {
	c := newClock()
	stores := [2]store.Store{s.open(t, store.WithClock(c.now)), memory.New(store.WithClock(c.now))}
	s.limitHistories(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		p := &pair{t: t, clock: c, stores: stores, prefix: fmt.Sprintf("%d-", round), read: map[string][][2]int64{}}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": p.commit,
			"get":    p.get,
			"query":  p.query,
			"wait":   func(rt *rapid.T) { c.move(time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")) * time.Minute) },
		})
	})
}

// limitHistories sets rapid's own flag, the only way it knows, for this test.
func (s suite) limitHistories(t *testing.T) {
	if s.histories == 0 {
		return
	}
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	require.NoError(t, checks.Value.Set(fmt.Sprint(s.histories)))
	t.Cleanup(func() { require.NoError(t, checks.Value.Set(before)) })
}

func (p *pair) key(id string) store.Key { return key(p.prefix + id) }

// commit writes a few documents, at versions read now, read before, none or any.
func (p *pair) commit(rt *rapid.T) {
	var writes [2][]store.Write
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(fewIDs), 1, 3, rapid.ID).Draw(rt, "ids") {
		w := store.Write{Key: p.key(id)}
		if rapid.IntRange(0, 4).Draw(rt, "delete") > 0 {
			w.Data = fmt.Appendf(nil, `{"n":%d}`, rapid.IntRange(0, 99).Draw(rt, "n"))
			w.Entry = rapid.SampledFrom([]store.Entry{{}, {Partition: p.prefix, Sort: "1"}, {Partition: p.prefix, Sort: "2"}, {Partition: p.prefix + "2", Sort: "1"}}).Draw(rt, "entry")
			if hours := rapid.IntRange(0, 3).Draw(rt, "hours"); hours > 0 {
				w.Expires = p.clock.now().Add(time.Duration(hours) * time.Hour)
			}
		}
		read := p.read[id]
		versions := append([][2]int64{{0, 0}, {store.Unchecked, store.Unchecked}}, read[max(0, len(read)-3):]...)
		at := rapid.SampledFrom(versions).Draw(rt, "version")
		for i := range writes {
			w.Version = at[i]
			writes[i] = append(writes[i], w)
		}
	}
	ours, theirs := p.stores[0].Commit(p.t.Context(), writes[0]...), p.stores[1].Commit(p.t.Context(), writes[1]...)
	require.Equal(rt, theirs == nil, ours == nil, "%v, in memory %v", ours, theirs)
	require.Equal(rt, errors.Is(theirs, store.ErrConflict), errors.Is(ours, store.ErrConflict))
	p.get(rt)
}

func (p *pair) get(rt *rapid.T) {
	var keys []store.Key
	for _, id := range fewIDs {
		keys = append(keys, p.key(id))
	}
	var found [2][]store.Document
	for i, s := range p.stores {
		var err error
		found[i], err = s.Get(p.t.Context(), keys...)
		require.NoError(rt, err)
	}
	for i, id := range fewIDs {
		p.read[id] = append(p.read[id], [2]int64{found[0][i].Version, found[1][i].Version})
	}
	require.Equal(rt, p.alike(found[1]), p.alike(found[0]))
}

func (p *pair) query(rt *rapid.T) {
	bound := rapid.SampledFrom([]string{"", "1", "15", "2", "3"})
	q := store.Query{
		Collection: "profiles", Partition: p.prefix, From: bound.Draw(rt, "from"), To: bound.Draw(rt, "to"),
		Descending: rapid.Bool().Draw(rt, "descending"), Limit: rapid.IntRange(0, 3).Draw(rt, "limit"),
	}
	if rapid.Bool().Draw(rt, "both") {
		q.Also = []string{p.prefix + "2"}
	}
	var found [2][]store.Document
	for i, s := range p.stores {
		for d, err := range s.Query(p.t.Context(), q) {
			require.NoError(rt, err)
			found[i] = append(found[i], d)
		}
	}
	require.Equal(rt, p.alike(found[1]), p.alike(found[0]))
}

// alike is what two stores have in common of documents: all but the versions.
func (p *pair) alike(documents []store.Document) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, d := range documents {
			data := strings.ReplaceAll(string(d.Data), " ", "")
			if !yield(fmt.Sprintf("%s %v %s %v %s", d.Key, d.Exists(), data, d.Entry, d.Expires)) {
				return
			}
		}
	})
}
