package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// The files are numbered from 1 without a gap. One that was released never changes.
//
//go:embed migrations/*.sql
var files embed.FS

// migration is one step of the schema.
type migration struct {
	number    int
	name, sql string
}

// migrations returns the steps that this program knows, in order.
func migrations() []migration {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		panic(err) // of the pattern
	}
	steps := make([]migration, 0, len(names))
	for _, path := range names {
		name := strings.TrimPrefix(path, "migrations/")
		before, _, _ := strings.Cut(name, "_")
		number, err := strconv.Atoi(before)
		text, failed := files.ReadFile(path)
		if err := errors.Join(err, failed); err != nil {
			panic(err) // of a name in this tree
		}
		steps = append(steps, migration{number, name, string(text)})
	}
	slices.SortFunc(steps, func(a, b migration) int { return a.number - b.number })
	return steps
}

// migrate brings the schema to this program's version. As a rule it has it already,
// and one query finds that.
func migrate(ctx context.Context, c *pgx.Conn) error {
	steps := migrations()
	if done, err := current(ctx, c, steps); done || err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
		if err := lockSchema(ctx, tx); err != nil {
			return err
		}
		// Another program may have been quicker.
		if done, err := current(ctx, tx, steps); done || err != nil {
			return err
		}
		return apply(ctx, tx, steps)
	})
}

// queryer is a connection or a transaction.
type queryer interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// current says whether the schema has this program's version, and refuses a newer one.
func current(ctx context.Context, q queryer, steps []migration) (bool, error) {
	has, err := version(ctx, q)
	if err != nil {
		return false, fmt.Errorf("read the schema's version: %w", err)
	}
	if has > len(steps) {
		return false, fmt.Errorf("its tables are of version %d, this program knows %d: run a newer redthread", has, len(steps))
	}
	return has == len(steps), nil
}

// version is 0 when there are no tables.
func version(ctx context.Context, q queryer) (has int, err error) {
	var there bool
	if err := q.QueryRow(ctx, `SELECT to_regclass('migrations') IS NOT NULL`, pgx.QueryExecModeExec).Scan(&there); err != nil || !there {
		return 0, err
	}
	err = q.QueryRow(ctx, `SELECT coalesce(max(number), 0) FROM migrations`, pgx.QueryExecModeExec).Scan(&has)
	return has, err
}

// lockSchema keeps other programs from altering the schema until the transaction ends,
// and makes the schema that the tables go into when there is none.
func lockSchema(ctx context.Context, tx pgx.Tx) error {
	const lock = `SELECT pg_advisory_xact_lock(hashtextextended('redthread ' || current_setting('search_path'), 0))`
	if _, err := tx.Exec(ctx, lock); err != nil {
		return fmt.Errorf("lock the schema: %w", err)
	}
	var path string
	var there bool
	const look = `SELECT current_setting('search_path'), current_schema() IS NOT NULL`
	if err := tx.QueryRow(ctx, look, pgx.QueryExecModeExec).Scan(&path, &there); err != nil || there {
		return wrapped("find the schema", err)
	}
	name, _, _ := strings.Cut(path, ",")
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if name == "" || name == "$user" {
		return fmt.Errorf("search_path is %q and no schema of it exists, expected ?search_path=SCHEMA", path)
	}
	_, err := tx.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{name}.Sanitize())
	return unable("make the schema "+name, err)
}

// apply takes the steps that are still to be taken, all or none.
func apply(ctx context.Context, tx pgx.Tx, steps []migration) error {
	const table = `CREATE TABLE IF NOT EXISTS migrations (number integer PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())`
	if _, err := tx.Exec(ctx, table); err != nil {
		return unable("make the table migrations", err)
	}
	has, err := version(ctx, tx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	for _, step := range steps[has:] {
		if err := tx.Conn().PgConn().Exec(ctx, step.sql).Close(); err != nil {
			return unable("migration "+step.name, err)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO migrations(number, name) VALUES ($1, $2)`, step.number, step.name); err != nil {
			return unable("migration "+step.name, err)
		}
	}
	return nil
}

// unable tells a role that may not what to do.
func unable(what string, err error) error {
	if p := (*pgconn.PgError)(nil); errors.As(err, &p) && p.Code == "42501" { // insufficient_privilege
		return fmt.Errorf("%s: %w; open it once as a role with CREATE on the schema (on the database, to make the schema)", what, err)
	}
	return wrapped(what, err)
}
