package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/sqlite"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = fmt.Appendf(nil, `{"traits":%q}`, strings.Repeat("abcdefghijklmno", 200))
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const (
	customers = 20_000
	rounds    = 5
)

func profileID(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }
func newID(n int) string     { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

var numbers atomic.Int64

// contender is one way to do it: n times, from so many goroutines, noting how long
// each took.
type contender func(took []time.Duration)

// compare lets ours and the floor take turns, and reports the medians of the rounds.
func compare(b *testing.B, ours, floor contender) {
	var rate, floors, ratio, p50, p99 []float64
	each := max(b.N/rounds, 100)
	b.ResetTimer()
	for range rounds {
		took := make([]time.Duration, each)
		bare := timed(floor, took)
		mine := timed(ours, took)
		slices.Sort(took)
		rate, floors, ratio = append(rate, mine), append(floors, bare), append(ratio, mine/bare)
		p50 = append(p50, float64(took[each/2].Microseconds()))
		p99 = append(p99, float64(took[each*99/100].Microseconds()))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(rate), "op/s")
	b.ReportMetric(median(floors), "bare-op/s")
	b.ReportMetric(median(ratio), "×bare")
	b.ReportMetric(median(p50), "p50-µs")
	b.ReportMetric(median(p99), "p99-µs")
}

func timed(c contender, took []time.Duration) (perSecond float64) {
	start := time.Now()
	c(took)
	return float64(len(took)) / time.Since(start).Seconds()
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// crowd does it from so many goroutines.
func crowd(workers int, do func() error) contender {
	return func(took []time.Duration) {
		var next atomic.Int64
		var wait sync.WaitGroup
		for range workers {
			wait.Go(func() {
				for n := int(next.Add(1)) - 1; n < len(took); n = int(next.Add(1)) - 1 {
					start := time.Now()
					if err := do(); err != nil {
						panic(err)
					}
					took[n] = time.Since(start)
				}
			})
		}
		wait.Wait()
	}
}

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
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			db, floor := filled(b), newBare(b)
			compare(b, crowd(writers, func() error { return act(db, store.Unchecked) }), floor.commits(writers))
		})
	}
}

// BenchmarkGet reads two profiles, beside two prepared queries in one transaction.
func BenchmarkGet(b *testing.B) {
	db, floor := filled(b), newBare(b)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			compare(b, crowd(readers, func() error {
				found, err := db.Get(context.Background(),
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))},
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))})
				if err == nil && !found[1].Exists() {
					err = store.ErrConflict
				}
				return err
			}), crowd(readers, floor.get))
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
