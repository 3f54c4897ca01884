package sqlite

import (
	"context"
	"iter"
	"math"

	"redthread.dev/shared/store"
)

// A page ends with so many documents, or bytes of them; the first ones are small,
// as many callers want only those.
const (
	firstPage = 32
	nextPages = 256
	pageBytes = 1 << 20
)

// Query implements store.Store. Each page is of one moment.
func (db *DB) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return db.query(ctx, q, -1, math.MaxInt64)
}

// Shares returns n walks over a whole collection, to be made side by side: each of its
// documents is in one of them.
func (db *DB) Shares(ctx context.Context, collection string, n int) []iter.Seq2[store.Document, error] {
	all := make([]iter.Seq2[store.Document, error], n)
	after, each := int64(-1), math.MaxInt64/int64(n)
	for i := range all {
		upto := after + each
		if i == n-1 {
			upto = math.MaxInt64
		}
		all[i] = db.query(ctx, store.Query{Collection: collection}, after, upto)
		after = upto
	}
	return all
}

// query walks those after one slot and up to another, if it is a scan.
func (db *DB) query(ctx context.Context, q store.Query, after, upto int64) iter.Seq2[store.Document, error] {
	return store.Merged(q, func(q store.Query) store.Walk {
		w := walk{Query: q, size: firstPage, slot: after, upto: upto}
		if q.Partition == "" {
			w.room = &room{}
		}
		return func(most int) ([]store.Document, bool, error) {
			found, err := db.page(ctx, &w, most)
			return found, !w.over, explained(db.path, err)
		}
	})
}

// walk is a query under way.
type walk struct {
	store.Query
	size int // of the next page

	begun    bool
	slot     int64  // of the last document read; at first -1, as 0 may be a slot
	upto     int64  // the last slot of a scan
	sort, id string // the place of the last document read
	over     bool
	room     *room // of a scan
}

// page reads the next documents.
func (db *DB) page(ctx context.Context, w *walk, most int) ([]store.Document, error) {
	c, err := db.reader(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { db.idle <- c }()
	t, err := c.table(w.Collection)
	if err != nil || t == nil {
		w.over = true
		return nil, err
	}
	want := min(w.size, most)
	s, err := w.bound(t, db.now().UnixMilli(), want)
	if err != nil {
		return nil, err
	}
	found, full := w.collect(s, want)
	w.size, w.begun, w.over = nextPages, true, !full
	return found, s.done()
}

// collect reads documents until the page is full, and says whether it is.
func (w *walk) collect(s *statement, want int) (found []store.Document, full bool) {
	bytes := 0
	if w.begun { // it was full, so may this one be
		found = make([]store.Document, 0, want)
	}
	for len(found) < want && bytes < pageBytes {
		if !s.step() {
			return found, false
		}
		d := store.Document{Key: store.Key{Collection: w.Collection}}
		s.document(&d, w.room)
		w.slot, w.sort, w.id = s.int(0), d.Entry.Sort, d.Key.ID
		found, bytes = append(found, d), bytes+len(d.Data)
	}
	return found, true
}

// bound returns the statement for the walk's next page.
func (w *walk) bound(t *table, now int64, want int) (*statement, error) {
	if w.Partition == "" {
		s, err := t.statement(scan)
		if err == nil {
			s.bindInt(1, w.slot)
			s.bindInt(2, now)
			s.bindInt(3, int64(want))
			s.bindInt(4, w.upto)
		}
		return s, err
	}
	low, high := w.From, w.To
	k := w.kind()
	switch {
	case k&downward != 0 && w.begun:
		high = w.sort
	case w.begun:
		low = w.sort
	}
	s, err := t.statement(page + k)
	if err != nil {
		return nil, err
	}
	if err := t.c.room(len(w.Partition) + len(low) + len(w.id) + len(high)); err != nil {
		return nil, err
	}
	s.bindText(1, w.Partition)
	s.bindInt(2, now)
	s.bindInt(3, int64(want))
	s.bindText(4, low)
	if k&onward != 0 {
		s.bindText(5, w.id)
	}
	if k&below != 0 || k&downward != 0 && k&onward != 0 {
		s.bindText(6, high)
	}
	return s, nil
}

// kind is the variant of the page statement.
func (w *walk) kind() (k kind) {
	if w.Descending {
		k |= downward
	}
	if w.To != "" {
		k |= below
	}
	if w.begun {
		k |= onward
	}
	return k
}
