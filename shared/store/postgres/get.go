package postgres

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"redthread.dev/shared/store"
)

const rowSQL = `SELECT %d::bigint, id, version, part, sort, expires, data FROM documents
	WHERE collection = $%d AND id = $%d AND (expires IS NULL OR expires > $1)`

// few is up to how many keys each has its own part of the statement, which is quickest.
const few = 8

// manySQL is for more. OFFSET 0 keeps the planner from joining in another way than key by
// key, as it may while there are few documents.
const manySQL = `SELECT k.n - 1, d.* FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS k(collection, id, n)
	CROSS JOIN LATERAL (SELECT id, version, part, sort, expires, data FROM documents d
		WHERE d.collection = k.collection AND d.id = k.id AND (expires IS NULL OR expires > $1) OFFSET 0) d`

// fewSQL are the statements for so many keys.
var fewSQL = func() (texts [few + 1]string) {
	for n := 1; n <= few; n++ {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(rowSQL, i, 2*i+2, 2*i+3)
		}
		texts[n] = strings.Join(parts, " UNION ALL ")
	}
	return texts
}()

// getSQL is the statement for the keys, and its arguments, of which the first, the time,
// is left open.
func getSQL(keys []store.Key) (string, []any) {
	if len(keys) <= few {
		args := make([]any, 1, 1+2*few)
		for _, k := range keys {
			args = append(args, k.Collection, k.ID)
		}
		return fewSQL[len(keys)], args
	}
	collections, ids := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		collections[i], ids[i] = k.Collection, k.ID
	}
	return manySQL, []any{nil, collections, ids}
}

// Get implements store.Store. All documents are of one moment.
func (db *DB) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	if err := db.usable(ctx); err != nil || len(keys) == 0 {
		return nil, wrapped("get", err)
	}
	sql, args := getSQL(keys)
	args[0] = db.now()
	var found []store.Document
	err := db.again(ctx, func() error {
		found = make([]store.Document, len(keys))
		for i, k := range keys {
			found[i].Key = k
		}
		rows, err := db.pool.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		return each(rows, func(n int64, d store.Document) {
			d.Key = keys[n]
			found[n] = d
		})
	})
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	return found, nil
}

// each reads rows of a number and a document, whose key has no collection yet.
func each(rows pgx.Rows, do func(n int64, d store.Document)) error {
	defer rows.Close()
	for rows.Next() {
		var n int64
		var d store.Document
		var expires *time.Time
		var data []byte
		if err := rows.Scan(&n, &d.Key.ID, &d.Version, &d.Entry.Partition, &d.Entry.Sort, &expires, &data); err != nil {
			return err
		}
		if d.Data = unescaped(data); expires != nil {
			d.Expires = expires.UTC()
		}
		do(n, d)
	}
	return rows.Err()
}
