package postgres_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// bare is the floor: the same columns, indexes and bytes in the same PostgreSQL, a table
// for each collection, written by hand with pgx: prepared statements that are sent
// together in one transaction, whose results are read together.
type bare struct{ pool *pgxpool.Pool }

func newBare(tb testing.TB, url string) bare {
	config, err := pgxpool.ParseConfig(url)
	require.NoError(tb, err)
	config.MaxConns = 8
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	exec := func(sql string, args ...any) {
		_, err := pool.Exec(context.Background(), sql, args...)
		require.NoError(tb, err)
	}
	for _, name := range []string{"bare_profiles", "bare_journal", "bare_actions"} {
		exec(`CREATE TABLE ` + name + `(id text COLLATE "C" PRIMARY KEY, v bigint NOT NULL, part text COLLATE "C" NOT NULL, sort text COLLATE "C" NOT NULL, expires timestamptz, data jsonb NOT NULL)`)
		exec(`CREATE INDEX ON ` + name + `(part, sort, id) WHERE part <> ''`)
		exec(`CREATE INDEX ON ` + name + `(expires) WHERE expires IS NOT NULL`)
	}
	for i := range work.Customers {
		exec(`INSERT INTO bare_profiles VALUES ($1, 1, '', '', NULL, $2)`, work.Customer(i), work.Profile)
	}
	return bare{pool}
}

// act updates a profile at the version it has and makes two documents.
func (f bare) act() error {
	who, id := work.Turn()
	b := &pgx.Batch{}
	b.Queue(`UPDATE bare_profiles SET v = v + 1, part = $2, sort = $3, expires = $4, data = $5 WHERE id = $1 AND v > 0`, who, "", "", nil, work.Profile)
	b.Queue(`INSERT INTO bare_journal VALUES ($1, 1, $2, $3, $4, $5)`, id, "", "", nil, work.Small)
	b.Queue(`INSERT INTO bare_actions VALUES ($1, 1, $2, $3, $4, $5)`, id, "", "", nil, work.Small)
	return f.pool.SendBatch(context.Background(), b).Close()
}

func (f bare) get() error {
	const sql = `SELECT id, v, part, sort, expires, data FROM bare_profiles WHERE id IN ($1, $2)`
	rows, err := f.pool.Query(context.Background(), sql, work.Customer(rand.IntN(work.Customers)), work.Customer(rand.IntN(work.Customers)))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, part, sort string
		var v int64
		var expires any
		var data []byte
		if err := rows.Scan(&id, &v, &part, &sort, &expires, &data); err != nil {
			return err
		}
	}
	return rows.Err()
}
