package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

// The whole contract with a hash of 256 values, so that most documents find theirs taken.
func TestStoreWhenHashesMeet(t *testing.T) {
	store.Register("colliding", "colliding:FILE", func(ctx context.Context, url string, o store.Options) (store.Store, error) {
		return open(ctx, strings.TrimPrefix(url, "colliding:"), o, func(id string) int64 { return slotOf(id) % (256 * window) })
	})
	storetest.Run(t, func(t *testing.T) string { return "colliding:" + filepath.Join(t.TempDir(), "a.db") })
}

func TestMoreDocumentsOfOneHashThanSlots(t *testing.T) {
	db, err := open(t.Context(), filepath.Join(t.TempDir(), "a.db"), store.Chosen(), func(string) int64 { return 0 })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	create := func(i int) error {
		return db.Commit(t.Context(), store.Write{Key: store.Key{Collection: "a", ID: fmt.Sprint(i)}, Data: []byte(`{}`)})
	}
	for i := range window {
		require.NoError(t, create(i))
	}
	require.ErrorContains(t, create(window), "same hash")

	// It fails alone, whoever is in its transaction.
	results := make(chan error)
	for i := range 2 * window {
		go func() {
			if i%2 == 0 {
				results <- create(window + i)
				return
			}
			results <- db.Commit(t.Context(), store.Write{Key: store.Key{Collection: "b", ID: "one"}, Version: store.Unchecked, Data: []byte(`{}`)})
		}()
	}
	failed := 0
	for range 2 * window {
		if err := <-results; err != nil {
			require.ErrorContains(t, err, "same hash")
			failed++
		}
	}
	require.Equal(t, window, failed)

	// A place that becomes free is taken again.
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: store.Key{Collection: "a", ID: "3"}, Version: store.Unchecked}))
	require.NoError(t, create(99))
	require.ErrorIs(t, create(7), store.ErrConflict)
}

func TestSlots(t *testing.T) {
	seen := map[int64]bool{}
	for i := range 10_000 {
		k := slotOf(fmt.Sprint(i))
		require.GreaterOrEqual(t, k, int64(0))
		require.Zero(t, k%window)
		require.False(t, seen[k])
		seen[k] = true
	}
	require.Equal(t, int64(920124120824532224), slotOf("redthread"), "it is what files are made of: it never changes")
}
