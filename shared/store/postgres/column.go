package postgres

import (
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"redthread.dev/shared/store"
)

// column is one part of each of some writes, which the server gets as an array. Slices of
// Go's own types would do; pgx goes through those by reflection, element by element, which
// takes a sixth of a commit's processor time.
type column struct {
	writes []store.Write
	part   func(*store.Write) any // nil: NULL
	like   any                    // what part returns
}

// Dimensions implements pgtype.ArrayGetter.
func (c column) Dimensions() []pgtype.ArrayDimension {
	return []pgtype.ArrayDimension{{Length: int32(len(c.writes)), LowerBound: 1}}
}

// Index implements pgtype.ArrayGetter.
func (c column) Index(i int) any { return c.part(&c.writes[i]) }

// IndexType implements pgtype.ArrayGetter.
func (c column) IndexType() any { return c.like }

// word and whole are text and bigint where they stand: a pointer needs no copy.
type (
	word  string
	whole int64
)

// TextValue implements pgtype.TextValuer.
func (w *word) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: string(*w), Valid: true}, nil
}

// Int64Value implements pgtype.Int64Valuer.
func (n *whole) Int64Value() (pgtype.Int8, error) {
	return pgtype.Int8{Int64: int64(*n), Valid: true}, nil
}

func collection(w *store.Write) any { return (*word)(&w.Key.Collection) }
func id(w *store.Write) any         { return (*word)(&w.Key.ID) }
func part(w *store.Write) any       { return (*word)(&w.Entry.Partition) }
func sort(w *store.Write) any       { return (*word)(&w.Entry.Sort) }
func expected(w *store.Write) any   { return (*whole)(&w.Version) }

func content(w *store.Write) any {
	if w.Data == nil {
		return nil
	}
	return escaped(w.Data)
}

func expiry(w *store.Write) any {
	if w.Expires.IsZero() {
		return nil
	}
	return w.Expires.Truncate(time.Millisecond)
}

// arguments are those of commit_documents; the first three are left open.
func arguments(writes []store.Write) []any {
	words := func(part func(*store.Write) any) column { return column{writes, part, new(word)} }
	return []any{nil, nil, nil, words(collection), words(id), column{writes, expected, new(whole)},
		column{writes, content, []byte{}}, words(part), words(sort), column{writes, expiry, time.Time{}}}
}
