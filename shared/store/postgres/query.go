package postgres

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"redthread.dev/shared/store"
)

// A page has so many documents, or about so many bytes of them, as those before have
// taken; the first one is small, as many callers want only those.
const (
	firstPage = 32
	nextPages = 256
	pageBytes = 1 << 20
)

// Query implements store.Store. Each page is of one moment.
func (db *DB) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return store.Merged(q, func(q store.Query) store.Walk {
		w := walk{Query: q, size: firstPage}
		return func(most int) ([]store.Document, bool, error) {
			found, err := db.page(ctx, &w, most)
			return found, !w.over, err
		}
	})
}

// walk is a query under way.
type walk struct {
	store.Query
	size int             // of the next page
	last *store.Document // come to so far
	over bool
}

// page reads the next documents.
func (db *DB) page(ctx context.Context, w *walk, most int) (found []store.Document, err error) {
	want := min(w.size, most)
	sql, args := w.sql(want)
	args[1] = db.now()
	err = db.again(ctx, func() error {
		found = found[:0]
		rows, err := db.pool.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		return each(rows, func(_ int64, d store.Document) {
			d.Key.Collection = w.Collection
			found = append(found, d)
		})
	})
	w.turn(found, want)
	return found, err
}

// turn puts the walk behind the page that was found.
func (w *walk) turn(found []store.Document, want int) {
	if w.over = len(found) < want; len(found) == 0 {
		return
	}
	w.last = &found[len(found)-1]
	bytes := 0
	for _, d := range found {
		bytes += len(d.Data)
	}
	w.size = max(1, min(nextPages, pageBytes*len(found)/bytes))
}

// sql is the statement for the next page and its arguments, of which the second, the
// time, is left open.
func (w *walk) sql(want int) (string, []any) {
	args := []any{w.Collection, nil, want}
	b := &strings.Builder{}
	b.WriteString(`SELECT 0::bigint, id, version, part, sort, expires, data FROM documents WHERE collection = $1 AND (expires IS NULL OR expires > $2)`)
	where := func(condition string, values ...any) {
		b.WriteString(" AND ")
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		b.WriteString(condition)
	}
	if w.Partition == "" {
		if w.last != nil {
			where("id > ?", w.last.Key.ID)
		}
		return b.String() + ` ORDER BY id LIMIT $3`, args
	}
	where(`part <> '' AND part = ? AND hashtextextended(part, 0) = hashtextextended($4::text COLLATE "C", 0)`, w.Partition)
	if w.From != "" {
		where("sort >= ?", w.From)
	}
	if w.To != "" {
		where("sort < ?", w.To)
	}
	beyond, order := "(sort, id) > (?, ?)", " ORDER BY sort, id LIMIT $3"
	if w.Descending {
		beyond, order = "(sort, id) < (?, ?)", " ORDER BY sort DESC, id DESC LIMIT $3"
	}
	if w.last != nil {
		where(beyond, w.last.Entry.Sort, w.last.Key.ID)
	}
	return b.String() + order, args
}
