// Package postgres keeps documents in PostgreSQL 12 or later, of one's own or rented.
//
// All are in the table documents, as JSONB; SELECT data FROM documents WHERE
// collection = 'profiles' shows a collection. Get, Commit and each page of Query are
// one statement and one round trip (the first of its kind on a connection is two), in
// read committed: all documents of a Get or page are of one moment, and what a Commit
// has written everybody reads. A commit whose answer is lost with the connection is
// found out about and made once.
//
// Expired documents are never read; every open store removes them in the background,
// one of them at a time. Tables are made when a store is opened, under a lock, by a
// role that may; one that may only read and write rows is enough from then on.
//
// JSONB keeps values, not spelling, and numbers as numeric, up to 131,072 digits:
// https://www.postgresql.org/docs/current/datatype-json.html
package postgres

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"redthread.dev/shared/store"
)

func init() {
	open := func(ctx context.Context, url string, o store.Options) (store.Store, error) {
		return Open(ctx, url, store.WithClock(o.Clock))
	}
	store.Register("postgres", "postgres://USER@HOST/DATABASE?search_path=SCHEMA", open)
	store.Register("postgresql", "postgresql://USER@HOST/DATABASE?search_path=SCHEMA", open)
}

// connections is how many a store has open at most, unless pool_max_conns says
// otherwise; a server takes 100 in all when nobody has told it otherwise.
const connections = 8

// DB is an open database. It implements store.Store.
type DB struct {
	pool  *pgxpool.Pool
	now   func() time.Time
	slots slots

	closed atomic.Bool
	ending sync.Once
	stop   context.CancelFunc // of the upkeep
	upkeep sync.WaitGroup
}

// Open connects to the database of a URL as psql takes it, and makes or alters the
// tables when they are not there or older than this program. What the URL leaves open
// is taken from PGHOST, PGUSER, PGPASSWORD, PGSSLMODE and the others of libpq
// (https://www.postgresql.org/docs/current/libpq-envars.html); search_path names the
// schema, which is made too; pool_max_conns bounds the connections (8).
func Open(ctx context.Context, url string, options ...store.Option) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(url, "pool_max_conns=") {
		config.MaxConns = connections
	}
	if params := config.ConnConfig.RuntimeParams; params["application_name"] == "" {
		params["application_name"] = "redthread"
	}
	// A connection that has died is found by its first use, and that is tried again: to
	// ask before each use would be a second round trip.
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	db := &DB{pool: pool, now: store.Chosen(options...).Clock}
	if err := db.prepare(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	background, stop := context.WithCancel(context.Background())
	db.stop = stop
	db.upkeep.Go(func() { db.tidy(background) })
	return db, nil
}

// prepare holds that the database can keep documents.
func (db *DB) prepare(ctx context.Context) error {
	c, err := db.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer c.Release()
	if encoding := c.Conn().PgConn().ParameterStatus("server_encoding"); encoding != "UTF8" {
		return fmt.Errorf("the database's encoding is %s, want UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0", encoding)
	}
	return migrate(ctx, c.Conn())
}

// Close implements store.Store. Calls under way are finished first.
func (db *DB) Close() error {
	db.ending.Do(func() {
		db.closed.Store(true)
		db.stop()
		db.upkeep.Wait()
		db.pool.Close()
	})
	return nil
}

// usable says why a call cannot be made.
func (db *DB) usable(ctx context.Context) error {
	if db.closed.Load() {
		return store.ErrClosed
	}
	return ctx.Err()
}
