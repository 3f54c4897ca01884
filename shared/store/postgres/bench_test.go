package postgres_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store/postgres"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

var work = storetest.NewWork(2_000, fmt.Appendf(nil, `{"traits":%q}`, noise(3000)))

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

// filled returns a store with everybody's profile.
func filled(tb testing.TB, url string) *postgres.DB {
	ctx := context.Background()
	db, err := postgres.Open(ctx, url)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	work.Fill(tb, db)
	return db
}

// BenchmarkCommit is beside pgx that writes the same.
func BenchmarkCommit(b *testing.B) {
	url := stores.Postgres(b)
	db, floor := filled(b, url), newBare(b, url)
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(writers, func() error { return work.Act(db) }), beside.Crowd(writers, floor.act))
		})
	}
}

// BenchmarkGet reads two profiles, beside one query for both.
func BenchmarkGet(b *testing.B) {
	url := stores.Postgres(b)
	db, floor := filled(b, url), newBare(b, url)
	for _, readers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d readers", readers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(readers, func() error { return work.Read(db) }), beside.Crowd(readers, floor.get))
		})
	}
}
