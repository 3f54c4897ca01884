package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sqlite3 "modernc.org/sqlite/lib"

	"redthread.dev/shared/store"
)

// TestStatementsAreUnderstoodOnce holds that no statement is parsed again for other
// values: SQLite does so where one that is bound is a LIMIT, or might let it use a partial
// index.
func TestStatementsAreUnderstoodOnce(t *testing.T) {
	db, err := Open(t.Context(), filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for i := range 100 {
		w := store.Write{Key: store.Key{Collection: "things", ID: fmt.Sprint(i)}, Data: []byte(`{}`), Entry: store.Entry{Partition: "p", Sort: fmt.Sprint(i)}}
		require.NoError(t, db.Commit(t.Context(), w))
	}
	for _, q := range []store.Query{
		{Collection: "things"}, {Collection: "things", Partition: "p"}, {Collection: "things", Partition: "p", Descending: true},
		{Collection: "things", Partition: "p", To: "95"}, {Collection: "things", Partition: "p", To: "95", Descending: true},
	} {
		for range 3 * readers { // they take turns
			for _, err := range db.Query(t.Context(), q) {
				require.NoError(t, err)
			}
		}
	}
	var ran []kind
	for range readers {
		c, err := db.reader(t.Context())
		require.NoError(t, err)
		defer func() { db.idle <- c }()
		for k, s := range c.tables["things"].prepared {
			if s != nil {
				ran = append(ran, kind(k))
				assert.Zero(t, sqlite3.Xsqlite3_stmt_status(c.tls, s.p, sqlite3.SQLITE_STMTSTATUS_REPREPARE, 0), kind(k).sql("things"))
			}
		}
	}
	slices.Sort(ran)
	require.Subset(t, slices.Compact(ran), []kind{scan, page, page + downward, page + below, page + onward, page + downward + onward, page + below + onward})
}
