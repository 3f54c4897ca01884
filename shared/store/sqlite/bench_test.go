package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/sqlite"
	"redthread.dev/tests/bench/beside"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = fmt.Appendf(nil, `{"traits":%q}`, strings.Repeat("abcdefghijklmno", 200))
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const customers = 20_000

func profileID(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }
func newID(n int) string     { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

var numbers atomic.Int64

// filled returns a store with everybody's profile.
func filled(tb testing.TB) *sqlite.DB {
	db, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "ours.db"))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	for i := 0; i < customers; i += store.MaxWrites {
		writes := make([]store.Write, store.MaxWrites)
		for j := range writes {
			writes[j] = store.Write{Key: store.Key{Collection: "profiles", ID: profileID(i + j)}, Data: profile}
		}
		require.NoError(tb, db.Commit(context.Background(), writes...))
	}
	return db
}

func act(db *sqlite.DB, version int64) error {
	n := int(numbers.Add(1))
	return db.Commit(context.Background(),
		store.Write{Key: store.Key{Collection: "profiles", ID: profileID(n * 7919 % customers)}, Version: version, Data: profile},
		store.Write{Key: store.Key{Collection: "journal", ID: newID(n)}, Data: small},
		store.Write{Key: store.Key{Collection: "actions", ID: newID(n)}, Data: small})
}

// BenchmarkCommit is beside one goroutine that writes the same with database/sql,
// as many in a transaction as there are writers.
func BenchmarkCommit(b *testing.B) {
	db, floor := filled(b), newBare(b)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(writers, func() error { return act(db, store.Unchecked) }), floor.commits(writers))
		})
	}
}

// BenchmarkGet reads two profiles, beside two prepared queries in one transaction.
func BenchmarkGet(b *testing.B) {
	db, floor := filled(b), newBare(b)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(readers, func() error {
				found, err := db.Get(context.Background(),
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))},
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))})
				if err == nil && !found[1].Exists() {
					err = store.ErrConflict
				}
				return err
			}), beside.Crowd(readers, floor.get))
		})
	}
}

// BenchmarkAllocations counts those of a read of two documents and of a commit of three.
func BenchmarkAllocations(b *testing.B) {
	db, ctx := filled(b), context.Background()
	keys := []store.Key{{Collection: "profiles", ID: profileID(1)}, {Collection: "profiles", ID: profileID(2)}}
	b.Run("get", func(b *testing.B) {
		for b.ReportAllocs(); b.Loop(); {
			_, err := db.Get(ctx, keys...)
			require.NoError(b, err)
		}
	})
	writes := []store.Write{{Key: keys[0], Version: store.Unchecked, Data: profile}, {Key: keys[1], Version: store.Unchecked, Data: small}, {Key: store.Key{Collection: "actions", ID: "a"}, Version: store.Unchecked, Data: small}}
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
			for i := 0; i < documents; i += store.MaxWrites {
				writes := make([]store.Write, store.MaxWrites)
				for j := range writes {
					writes[j] = store.Write{Key: store.Key{Collection: "profiles", ID: profileID(i + j)}, Data: profile}
				}
				require.NoError(b, db.Commit(context.Background(), writes...))
			}
			require.NoError(b, db.Close())
			for b.Loop() {
				db, err := sqlite.Open(context.Background(), path)
				require.NoError(b, err)
				_, err = db.Get(context.Background(), store.Key{Collection: "profiles", ID: profileID(documents / 2)})
				require.NoError(b, err)
				require.NoError(b, db.Close())
			}
		})
	}
}
