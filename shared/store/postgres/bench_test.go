package postgres_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/postgres"
	"redthread.dev/tests/emulators/stores"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = fmt.Appendf(nil, `{"traits":%q}`, noise(3000))
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const (
	customers = 10_000
	rounds    = 5
)

// noise is text that compresses to 40 %, as names, times and numbers in JSON do.
func noise(n int) string { return strings.Repeat(noiseOf(1, n*2/5), 3)[:n] }

// noiseOf is text that does not compress.
func noiseOf(seed uint64, n int) string {
	bytes := make([]byte, n)
	for i, r := 0, rand.New(rand.NewPCG(seed, 0)); i < n; i++ {
		bytes[i] = byte(r.Uint32())
	}
	return base64.RawURLEncoding.EncodeToString(bytes)[:n]
}

func profileID(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }
func newID(n int) string     { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

var numbers atomic.Int64

// compare lets ours and the floor take turns from so many goroutines, and reports the
// medians of the rounds.
func compare(b *testing.B, workers int, ours, floor func() error) {
	var rate, floors, ratio, p50, p99 []float64
	took := make([]time.Duration, max(b.N/rounds, 100))
	b.ResetTimer()
	for range rounds {
		bare := crowd(workers, took, floor)
		mine := crowd(workers, took, ours)
		slices.Sort(took)
		rate, floors, ratio = append(rate, mine), append(floors, bare), append(ratio, mine/bare)
		p50 = append(p50, float64(took[len(took)/2].Microseconds()))
		p99 = append(p99, float64(took[len(took)*99/100].Microseconds()))
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(rate), "op/s")
	b.ReportMetric(median(floors), "bare-op/s")
	b.ReportMetric(median(ratio), "×bare")
	b.ReportMetric(median(p50), "p50-µs")
	b.ReportMetric(median(p99), "p99-µs")
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// crowd does it from so many goroutines, and returns how often a second.
func crowd(workers int, took []time.Duration, do func() error) float64 {
	var next atomic.Int64
	var wait sync.WaitGroup
	begin := time.Now()
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
	return float64(len(took)) / time.Since(begin).Seconds()
}

// filled returns a store with everybody's profile.
func filled(tb testing.TB, url string) *postgres.DB {
	ctx := context.Background()
	db, err := postgres.Open(ctx, url)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	for i := 0; i < customers; i += store.MaxWrites {
		writes := make([]store.Write, store.MaxWrites)
		for j := range writes {
			writes[j] = store.Write{Key: store.Key{Collection: "profiles", ID: profileID(i + j)}, Data: profile}
		}
		require.NoError(tb, db.Commit(ctx, writes...))
	}
	return db
}

func act(db *postgres.DB) error {
	n := int(numbers.Add(1))
	return db.Commit(context.Background(),
		store.Write{Key: store.Key{Collection: "profiles", ID: profileID(n * 7919 % customers)}, Version: store.Unchecked, Data: profile},
		store.Write{Key: store.Key{Collection: "journal", ID: newID(n)}, Data: small},
		store.Write{Key: store.Key{Collection: "actions", ID: newID(n)}, Data: small})
}

// BenchmarkCommit is beside pgx that writes the same.
func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			url := stores.Postgres(b)
			db := filled(b, url)
			floor := newBare(b, url)
			compare(b, writers, func() error { return act(db) }, floor.act)
		})
	}
}

// BenchmarkGet reads two profiles, beside one query for both.
func BenchmarkGet(b *testing.B) {
	url := stores.Postgres(b)
	db := filled(b, url)
	floor := newBare(b, url)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			compare(b, readers, func() error {
				found, err := db.Get(context.Background(),
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))},
					store.Key{Collection: "profiles", ID: profileID(rand.IntN(customers))})
				if err == nil && !found[1].Exists() {
					err = store.ErrConflict
				}
				return err
			}, floor.get)
		})
	}
}
