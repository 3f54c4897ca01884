package postgres_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store/postgres"
	"redthread.dev/tests/emulators/stores"
)

func TestManyWhoOpenAnEmptyDatabaseAtOnceMakeItsTablesOnce(t *testing.T) {
	place := stores.Postgres(t)
	u, err := url.Parse(place)
	require.NoError(t, err)
	q := u.Query()
	q.Set("search_path", q.Get("search_path")+"_new") // a schema that is not there either
	u.RawQuery = q.Encode()
	c := direct(t, place)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			db, err := postgres.Open(t.Context(), u.String())
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Commit(t.Context(), put("profiles", "a", `{}`)); err != nil {
				t.Error(err)
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	name := q.Get("search_path")
	require.Equal(t, []int32{1}, one[[]int32](t, c, `SELECT array_agg(number) FROM `+name+`.migrations`))
	exec(t, c, `DROP SCHEMA `+name+` CASCADE`)
}

func TestTablesOfANewerProgramAreLeftAlone(t *testing.T) {
	place := stores.Postgres(t)
	require.NoError(t, open(t, place).Close())
	exec(t, direct(t, place), `INSERT INTO migrations(number, name) VALUES (2, 'of tomorrow')`)
	_, err := postgres.Open(t.Context(), place)
	require.ErrorContains(t, err, "its tables are of version 2, this program knows 1: run a newer redthread")
}

func TestARoleThatMayOnlyReadAndWriteRowsIsEnoughOnceThereAreTables(t *testing.T) {
	place := stores.Postgres(t)
	u, err := url.Parse(place)
	require.NoError(t, err)
	schema, c := u.Query().Get("search_path"), direct(t, place)
	role := schema + "_clerk"
	exec(t, c, `CREATE ROLE `+role+` LOGIN`)
	t.Cleanup(func() {
		c := direct(t, place)
		exec(t, c, `DROP OWNED BY `+role)
		exec(t, c, `DROP ROLE `+role)
	})
	exec(t, c, `GRANT USAGE ON SCHEMA `+schema+` TO `+role)
	u.User = url.User(role)

	_, err = postgres.Open(t.Context(), u.String())
	require.ErrorContains(t, err, "permission denied")
	require.ErrorContains(t, err, "open it once as a role with CREATE on the schema")

	require.NoError(t, open(t, place).Close())
	exec(t, c, `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA `+schema+` TO `+role)
	exec(t, c, `GRANT USAGE ON ALL SEQUENCES IN SCHEMA `+schema+` TO `+role)
	db := open(t, u.String())
	require.NoError(t, db.Commit(t.Context(), put("profiles", "a", `{}`), put("neverbefore", "a", `{}`)))
}
