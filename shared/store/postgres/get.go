package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"redthread.dev/shared/store"
)

// OFFSET 0 keeps the planner from joining in another way than key by key, which it would
// otherwise choose for good while there are few documents.
const getSQL = `SELECT k.n, d.id, d.version, d.part, d.sort, d.expires, d.data
	FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k(collection, id, n)
	CROSS JOIN LATERAL (SELECT * FROM documents d WHERE d.collection = k.collection AND d.id = k.id OFFSET 0) d
	WHERE d.expires IS NULL OR d.expires > $3`

// Get implements store.Store. All documents are of one moment.
func (db *DB) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if err := store.CheckKeys(keys...); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	collections, ids := make([]string, len(keys)), make([]string, len(keys))
	for i, k := range keys {
		collections[i], ids[i] = k.Collection, k.ID
	}
	var found []store.Document
	err := db.again(ctx, func() error {
		found = make([]store.Document, len(keys))
		for i, k := range keys {
			found[i].Key = k
		}
		if len(keys) == 0 {
			return nil
		}
		rows, err := db.pool.Query(ctx, getSQL, collections, ids, db.now())
		if err != nil {
			return err
		}
		return each(rows, func(n int64, d store.Document) {
			d.Key = keys[n-1]
			found[n-1] = d
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
