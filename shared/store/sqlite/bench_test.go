package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/sqlite"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/bench/beside"
)

var work = storetest.NewWork(20_000, fmt.Appendf(nil, `{"traits":%q}`, strings.Repeat("abcdefghijklmno", 200)))

// filled returns a store with everybody's profile.
func filled(tb testing.TB) *sqlite.DB {
	db, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "ours.db"))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	work.Fill(tb, db)
	return db
}

// BenchmarkCommit is beside one goroutine that writes the same with database/sql,
// as many in a transaction as there are writers.
func BenchmarkCommit(b *testing.B) {
	db, floor := filled(b), newBare(b)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(writers, func() error { return work.Act(db) }), floor.commits(writers))
		})
	}
}

// BenchmarkGet reads two profiles, beside two prepared queries in one transaction.
func BenchmarkGet(b *testing.B) {
	db, floor := filled(b), newBare(b)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(readers, func() error { return work.Read(db) }), beside.Crowd(readers, floor.get))
		})
	}
}

// BenchmarkAllocations counts those of a read of two documents and of a commit of three.
func BenchmarkAllocations(b *testing.B) {
	db, ctx := filled(b), context.Background()
	keys := []store.Key{{Collection: "profiles", ID: work.Customer(1)}, {Collection: "profiles", ID: work.Customer(2)}}
	b.Run("get", func(b *testing.B) {
		for b.ReportAllocs(); b.Loop(); {
			_, err := db.Get(ctx, keys...)
			require.NoError(b, err)
		}
	})
	writes := []store.Write{{Key: keys[0], Version: store.Unchecked, Data: work.Profile}, {Key: keys[1], Version: store.Unchecked, Data: work.Small}, {Key: store.Key{Collection: "actions", ID: "a"}, Version: store.Unchecked, Data: work.Small}}
	b.Run("commit", func(b *testing.B) {
		for b.ReportAllocs(); b.Loop(); {
			require.NoError(b, db.Commit(ctx, writes...))
		}
	})
}

// BenchmarkOpen opens and closes a file that exists, whatever its size.
func BenchmarkOpen(b *testing.B) {
	for _, documents := range []int{0, 1000, 100_000} {
		b.Run(fmt.Sprintf("%d documents", documents), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "a.db")
			db, err := sqlite.Open(context.Background(), path)
			require.NoError(b, err)
			storetest.NewWork(documents, work.Profile).Fill(b, db)
			require.NoError(b, db.Close())
			for b.Loop() {
				db, err := sqlite.Open(context.Background(), path)
				require.NoError(b, err)
				_, err = db.Get(context.Background(), store.Key{Collection: "profiles", ID: work.Customer(documents / 2)})
				require.NoError(b, err)
				require.NoError(b, db.Close())
			}
		})
	}
}
