package replay

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// census is who is who now.
type census struct {
	into    map[string]string         // profiles that were merged, and into which
	chosen  map[string]bool           // who is played; nil: all
	threads map[string]*thread.Thread // with what other flows said; nil: does not count
}

// count reads who there is.
func (j *Journal) count(ctx context.Context) (*census, error) {
	c := &census{into: map[string]string{}}
	var there []string
	for d, err := range j.Store.Query(ctx, store.Query{Collection: profile.Collection}) {
		if err != nil {
			return nil, fmt.Errorf("read profiles: %w", err)
		}
		if into := profile.MergedInto(d); into != "" {
			c.into[d.Key.ID] = into
		} else if j.Customers > 0 {
			there = append(there, d.Key.ID)
		}
	}
	if j.Customers > 0 {
		c.choose(there, j.Customers)
	}
	if j.Others {
		return c, c.listen(ctx, j.Store)
	}
	return c, nil
}

// now returns who a profile is now.
func (c *census) now(id string) string {
	for range 64 {
		into, merged := c.into[id]
		if !merged {
			break
		}
		id = into
	}
	return id
}

func (c *census) plays(id string) bool { return c.chosen == nil || c.chosen[id] }

// choose picks n customers: any, but always the same.
func (c *census) choose(from []string, n int) {
	slices.SortFunc(from, func(a, b string) int { return cmp.Or(cmp.Compare(hashOf(a), hashOf(b)), cmp.Compare(a, b)) })
	c.chosen = make(map[string]bool, n)
	for _, id := range from[:min(n, len(from))] {
		c.chosen[id] = true
	}
}

// listen reads what was said to whom.
func (c *census) listen(ctx context.Context, documents store.Store) error {
	c.threads = map[string]*thread.Thread{}
	for d, err := range documents.Query(ctx, store.Query{Collection: thread.Collection}) {
		if err != nil {
			return fmt.Errorf("read threads: %w", err)
		}
		t, err := thread.Read(d)
		if err != nil {
			return err
		}
		if t.MergedInto == "" {
			c.threads[d.Key.ID] = &t
		}
	}
	return nil
}

// hashOf spreads customers evenly, the same way each time.
func hashOf(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return mix(h.Sum64())
}

// mix makes every bit depend on all others: finalizer of MurmurHash3 by Austin Appleby,
// public domain, https://github.com/aappleby/smhasher.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
