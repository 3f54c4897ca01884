package memory

import (
	"context"
	"iter"

	"redthread.dev/shared/store"
)

// page is how many documents are read at a time; between pages others may write.
const page = 256

// Query implements store.Store.
func (s *Store) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return store.Merged(q, func(q store.Query) store.Walk {
		w := walk{Query: q}
		return func(most int) ([]store.Document, bool, error) { return s.page(ctx, &w, min(page, most)) }
	})
}

// walk is a query under way.
type walk struct {
	store.Query
	last *place   // come to so far, in a partition
	ids  []string // still to come, without one; nil at the start
}

// page reads the next n documents and says whether there may be more.
func (s *Store) page(ctx context.Context, w *walk, n int) (found []store.Document, more bool, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, false, err
	}
	c := s.collections[w.Collection]
	if c == nil {
		return nil, false, nil
	}
	if w.Partition == "" {
		found = s.scan(c, w, n)
	} else {
		found = s.window(c, w, n)
	}
	return found, len(found) == n, nil
}

// window reads up to n documents of the partition, from where the walk has come to.
func (s *Store) window(c *collection, w *walk, n int) []store.Document {
	rest := c.index[w.Partition].between(w.From, w.To)
	if w.last != nil {
		rest = rest.beyond(*w.last, w.Descending)
	}
	now, found := s.now(), make([]store.Document, 0, min(n, len(rest)))
	for i := range rest {
		if len(found) == n {
			break
		}
		p := rest[i]
		if w.Descending {
			p = rest[len(rest)-1-i]
		}
		if d := c.documents[p.id]; !expired(d, now) {
			found, w.last = append(found, copied(d)), &p
		}
	}
	return found
}

// scan reads up to n of the documents that were there when the walk began.
func (s *Store) scan(c *collection, w *walk, n int) []store.Document {
	if w.ids == nil {
		w.ids = make([]string, 0, len(c.documents))
		for id := range c.documents {
			w.ids = append(w.ids, id)
		}
	}
	now, found := s.now(), make([]store.Document, 0, min(n, len(w.ids)))
	for len(w.ids) > 0 && len(found) < n {
		d, ok := c.documents[w.ids[0]]
		if w.ids = w.ids[1:]; ok && !expired(d, now) {
			found = append(found, copied(d))
		}
	}
	return found
}
