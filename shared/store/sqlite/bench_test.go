package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
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
	profile = []byte(`{"traits":"` + letters(3000) + `"}`)
	small   = []byte(`{"status":"requested","by":"` + letters(170) + `"}`)
)

const customers = 20_000

func letters(n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(byte('a' + rand.IntN(26)))
	}
	return b.String()
}

func name(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }

// full returns a store of so many profiles.
func full(tb testing.TB, n int) *sqlite.DB {
	db, err := sqlite.Open(context.Background(), filepath.Join(tb.TempDir(), "a.db"))
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	for i := 0; i < n; i += store.MaxWrites {
		writes := make([]store.Write, store.MaxWrites)
		for j := range writes {
			writes[j] = store.Write{Key: store.Key{Collection: "profiles", ID: name(i + j)}, Data: profile}
		}
		require.NoError(tb, db.Commit(context.Background(), writes...))
	}
	return db
}

// crowd runs do b.N times from so many goroutines, and reports the rate and how
// long one took: half of them, and all but a hundredth.
func crowd(b *testing.B, writers int, do func(worker, n int)) {
	took := make([]time.Duration, b.N)
	var next atomic.Int64
	var wait sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for w := range writers {
		wait.Go(func() {
			for n := int(next.Add(1)) - 1; n < b.N; n = int(next.Add(1)) - 1 {
				start := time.Now()
				do(w, n)
				took[n] = time.Since(start)
			}
		})
	}
	wait.Wait()
	b.StopTimer()
	report(b, took)
}

func BenchmarkCommit(b *testing.B) {
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			db := full(b, customers)
			ctx := context.Background()
			crowd(b, writers, func(_, n int) {
				who := name(rand.IntN(customers))
				err := db.Commit(ctx,
					store.Write{Key: store.Key{Collection: "profiles", ID: who}, Version: store.Unchecked, Data: profile},
					store.Write{Key: store.Key{Collection: "journal", ID: fmt.Sprintf("j%x-%d", n*7919, n)}, Data: small},
					store.Write{Key: store.Key{Collection: "actions", ID: fmt.Sprintf("a%x-%d", n*7919, n)}, Data: small})
				if err != nil {
					b.Error(err)
				}
			})
		})
	}
}

func BenchmarkGet(b *testing.B) {
	db := full(b, customers)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("two documents, %d readers", readers), func(b *testing.B) {
			ctx := context.Background()
			crowd(b, readers, func(int, int) {
				found, err := db.Get(ctx,
					store.Key{Collection: "profiles", ID: name(rand.IntN(customers))},
					store.Key{Collection: "profiles", ID: name(rand.IntN(customers))})
				if err != nil || !found[1].Exists() {
					b.Error(err)
				}
			})
		})
	}
}

// BenchmarkEvent is what a flow event that acts does: it reads two documents and
// commits three.
func BenchmarkEvent(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d clients", clients), func(b *testing.B) {
			db := full(b, customers)
			ctx := context.Background()
			crowd(b, clients, func(_, n int) {
				who := store.Key{Collection: "profiles", ID: name(rand.IntN(customers))}
				found, err := db.Get(ctx, who, store.Key{Collection: "threads", ID: who.ID})
				if err == nil {
					err = db.Commit(ctx,
						store.Write{Key: who, Version: store.Unchecked, Data: profile},
						store.Write{Key: found[1].Key, Version: store.Unchecked, Data: small},
						store.Write{Key: store.Key{Collection: "actions", ID: fmt.Sprintf("a%x-%d", n*7919, n)}, Data: small})
				}
				if err != nil {
					b.Error(err)
				}
			})
		})
	}
}
