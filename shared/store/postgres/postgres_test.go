package postgres_test

import (
	"context"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/postgres"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/emulators/stores"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) string { return stores.Postgres(t) })
}

func open(t *testing.T, url string, options ...store.Option) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), url, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// direct is a connection of another program's.
func direct(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(context.Background(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return c
}

func exec(t *testing.T, c *pgx.Conn, sql string, args ...any) {
	t.Helper()
	_, err := c.Exec(context.Background(), sql, args...)
	require.NoError(t, err, sql)
}

func one[T any](t *testing.T, c *pgx.Conn, sql string, args ...any) (v T) {
	t.Helper()
	require.NoError(t, c.QueryRow(t.Context(), sql, args...).Scan(&v), sql)
	return v
}

func put(collection, id, data string) store.Write {
	return store.Write{Key: store.Key{Collection: collection, ID: id}, Version: store.Unchecked, Data: []byte(data)}
}

func TestADocumentIsNativeFieldsForWhoLooksWithSQL(t *testing.T) {
	place := stores.Postgres(t)
	w := put("profiles", "anna", `{"traits":{"town":"Århus"},"orders":[{"total":12900}]}`)
	w.Entry, w.Expires = store.Entry{Partition: "p", Sort: "s"}, time.Now().Add(time.Hour)
	require.NoError(t, open(t, place).Commit(t.Context(), w))
	c := direct(t, place)
	require.Equal(t, "anna", one[string](t, c, `SELECT id FROM documents WHERE collection = 'profiles' AND data->'traits'->>'town' = 'Århus' AND part = 'p' AND sort = 's' AND expires > now()`))
	require.Equal(t, 12900, one[int](t, c, `SELECT (data #> '{orders,0,total}')::int FROM documents`))
}

func TestWhatTheURLLeavesOpenIsTakenFromTheEnvironment(t *testing.T) {
	u, err := url.Parse(stores.Postgres(t))
	require.NoError(t, err)
	t.Setenv("PGHOST", u.Hostname())
	t.Setenv("PGPORT", u.Port())
	t.Setenv("PGUSER", u.User.Username())
	t.Setenv("PGDATABASE", strings.Trim(u.Path, "/"))
	t.Setenv("PGSSLMODE", "disable")
	for _, scheme := range []string{"postgres", "postgresql"} {
		db, err := store.Open(t.Context(), scheme+"://?search_path="+u.Query().Get("search_path"))
		require.NoError(t, err)
		require.NoError(t, db.Commit(t.Context(), put("profiles", scheme, `{}`)))
		require.NoError(t, db.Close())
	}
	require.Equal(t, 2, one[int](t, direct(t, u.String()), `SELECT count(*) FROM documents`))
}

func TestAnOpenThatFailsSaysWhy(t *testing.T) {
	u, err := url.Parse(stores.Postgres(t))
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close()) // nobody listens there
	for name, test := range map[string]struct {
		change func(u *url.URL)
		want   string
	}{
		"no server":           {func(u *url.URL) { u.Host = listener.Addr().String() }, "connection refused"},
		"no such database":    {func(u *url.URL) { u.Path = "/nowhere" }, `database "nowhere" does not exist`},
		"an unknown setting":  {func(u *url.URL) { u.RawQuery += "&colour=red" }, `"colour"`},
		"no number":           {func(u *url.URL) { u.RawQuery += "&pool_max_conns=many" }, "pool_max_conns"},
		"an unknown sslmode":  {func(u *url.URL) { u.RawQuery = "sslmode=maybe" }, "sslmode"},
		"encrypted, it isn't": {func(u *url.URL) { u.RawQuery = "sslmode=require" }, "TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := *u
			wrong.User = url.UserPassword(u.User.Username(), "hunter2")
			test.change(&wrong)
			_, err := store.Open(t.Context(), wrong.String())
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestADatabaseThatIsNotUTF8IsRefused(t *testing.T) {
	u, err := url.Parse(stores.Postgres(t))
	require.NoError(t, err)
	c, name := direct(t, u.String()), u.Query().Get("search_path")+"_latin"
	exec(t, c, `CREATE DATABASE `+name+` ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0`)
	t.Cleanup(func() {
		_, err := c.Exec(context.Background(), `DROP DATABASE `+name)
		require.NoError(t, err)
	})
	u.Path = "/" + name
	_, err = postgres.Open(t.Context(), u.String())
	require.ErrorContains(t, err, "LATIN1, want UTF8")
}

func TestTheLongestKeysFitTheIndexThoughTheyDoNotCompress(t *testing.T) {
	db := open(t, stores.Postgres(t))
	long := func(seed uint64) string { return noiseOf(seed, store.MaxKey) }
	w := put("profiles", long(1), `{}`)
	w.Entry = store.Entry{Partition: long(2), Sort: long(3)}
	require.NoError(t, db.Commit(t.Context(), w))
	n := 0
	for d, err := range db.Query(t.Context(), store.Query{Collection: "profiles", Partition: long(2), From: long(3)}) {
		require.NoError(t, err)
		require.Equal(t, w.Entry, d.Entry)
		n++
	}
	require.Equal(t, 1, n)
}
