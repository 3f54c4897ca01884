package postgres_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/postgres"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = fmt.Appendf(nil, `{"traits":%q}`, noise(3000))
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const customers = 2_000

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
	url := stores.Postgres(b)
	db, floor := filled(b, url), newBare(b, url)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(writers, func() error { return act(db) }), beside.Crowd(writers, floor.act))
		})
	}
}

// BenchmarkGet reads two profiles, beside one query for both.
func BenchmarkGet(b *testing.B) {
	url := stores.Postgres(b)
	db, floor := filled(b, url), newBare(b, url)
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
