package stores

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// patience is how long an emulator may take to make or clear a place.
const patience = 30 * time.Second

// Postgres returns the URL of a new schema, which the URL makes the connection's
// search path. It is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	address := running(t, "PostgreSQL", PostgresVariable)
	place, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", PostgresVariable, err)
	}
	schema := strings.ReplaceAll(fresh(), "-", "_")
	in(t, address, "CREATE SCHEMA "+pgx.Identifier{schema}.Sanitize())
	t.Cleanup(func() { in(t, address, "DROP SCHEMA "+pgx.Identifier{schema}.Sanitize()+" CASCADE") })
	query := place.Query()
	query.Set("search_path", schema)
	place.RawQuery = query.Encode()
	return place.String()
}

// in runs a statement in the database of an address, once that is known to be here.
func in(t testing.TB, address, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	config, err := pgx.ParseConfig(address) // it looks at PGHOST and its like for what the address leaves out
	if err != nil {
		t.Fatalf("%s: %v", PostgresVariable, err)
	}
	onLoopback(t, PostgresVariable, net.JoinHostPort(config.Host, strconv.Itoa(int(config.Port))))
	if len(config.Fallbacks) > 0 {
		t.Fatalf("%s: expected one host, and sslmode=disable", PostgresVariable)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatalf("%s: %v", PostgresVariable, err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is left to be said to it
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %s: %v", PostgresVariable, statement, err)
	}
}
