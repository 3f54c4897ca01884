package postgres

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

// swept is a store in which so many documents have expired and 50 have not.
func swept(t *testing.T, expired int) *DB {
	start := time.Now()
	now := start
	db, err := Open(t.Context(), stores.Postgres(t), store.WithClock(func() time.Time { return now }))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.stop() // of its own accord
	db.upkeep.Wait()
	put := func(n int, until time.Time) {
		for i := 0; i < n; i += 50 {
			writes := make([]store.Write, 50)
			for j := range writes {
				writes[j] = store.Write{Key: store.Key{Collection: "journal", ID: fmt.Sprint(until.Unix(), i+j)}, Data: []byte(`{}`), Expires: until}
			}
			require.NoError(t, db.Commit(t.Context(), writes...))
		}
	}
	put(expired, start.Add(time.Hour))
	put(50, start.Add(3*time.Hour))
	put(50, time.Time{})
	now = start.Add(2 * time.Hour)
	return db
}

func (db *DB) count(t *testing.T, what string) (n int) {
	require.NoError(t, db.pool.QueryRow(context.Background(), "SELECT count(*) FROM "+what).Scan(&n))
	return n
}

func TestSweepRemovesWhatHasExpiredABatchAtATime(t *testing.T) {
	db := swept(t, sweepBatch+100)
	for _, want := range []int64{sweepBatch, 100, 0} {
		n, err := db.sweep(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, 100, db.count(t, "documents"))
}

func TestOneProgramSweepsAtATimeAndWaitsForNobody(t *testing.T) {
	db := swept(t, 100)
	require.NoError(t, pgx.BeginFunc(t.Context(), db.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended('redthread sweep ' || current_schema(), 0))`)
		require.NoError(t, err)
		n, err := db.sweep(t.Context())
		require.NoError(t, err)
		require.Zero(t, n, "another is at it")
		return nil
	}))
	require.NoError(t, pgx.BeginFunc(t.Context(), db.pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE documents SET expires = NULL WHERE ctid IN (SELECT ctid FROM documents WHERE expires < now() + interval '2 hours' LIMIT 30)`)
		require.NoError(t, err)
		n, err := db.sweep(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 70, n, "the others are in somebody's hands")
		return nil
	}))
	require.Equal(t, 130, db.count(t, "documents"))
}

func TestSlotsThatNobodyUsesAreSwept(t *testing.T) {
	db := swept(t, 0)
	require.Equal(t, 1, db.count(t, "commit_slots"), "one commit at a time has one")
	_, err := db.pool.Exec(t.Context(), `INSERT INTO commit_slots VALUES (1, 1, now() - interval '25 hours'), (2, 1, now() - interval '23 hours')`)
	require.NoError(t, err)
	_, err = db.sweep(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, db.count(t, "commit_slots"))
}

func TestEveryStatementFindsItsRowsByAnIndex(t *testing.T) {
	db := swept(t, 1000)
	walks := map[string]walk{
		"a partition":      {Query: store.Query{Collection: "journal", Partition: "p", From: "a", To: "b"}},
		"its next page":    {Query: store.Query{Collection: "journal", Partition: "p"}, last: &store.Document{}},
		"downwards":        {Query: store.Query{Collection: "journal", Partition: "p", Descending: true}, last: &store.Document{}},
		"a collection":     {Query: store.Query{Collection: "journal"}},
		"its further ones": {Query: store.Query{Collection: "journal"}, last: &store.Document{}},
	}
	type statement struct {
		sql  string
		args []any
	}
	statements := map[string]statement{"a sweep": {sweepSQL, []any{time.Now(), sweepBatch}}}
	for name, w := range walks {
		sql, args := w.sql(32)
		args[1] = time.Now()
		statements[name] = statement{sql, args}
	}
	for _, n := range []int{1, few, few + 1} {
		sql, args := getSQL(make([]store.Key, n))
		args[0] = time.Now()
		statements[fmt.Sprintf("%d keys", n)] = statement{sql, args}
	}
	require.NoError(t, pgx.BeginFunc(t.Context(), db.pool, func(tx pgx.Tx) error {
		// Which is quicker when there are few documents is not the question.
		_, err := tx.Exec(t.Context(), `SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off`, pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err)
		for name, s := range statements {
			rows, err := tx.Query(t.Context(), "EXPLAIN "+s.sql, s.args...)
			require.NoError(t, err)
			plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
			require.NoError(t, err)
			require.Contains(t, fmt.Sprint(plan), "Index", name)
			require.NotContains(t, fmt.Sprint(plan), "Seq Scan on documents", name)
			require.NotContains(t, fmt.Sprint(plan), "Sort Key", name)
		}
		return nil
	}))
}
