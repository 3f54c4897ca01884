package sqlite

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestEachDocumentIsInOneOfTheShares(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, filepath.Join(t.TempDir(), "shared.db"))
	require.NoError(t, err)
	defer db.Close()
	edges := map[string]int64{"first": 0, "middle": math.MaxInt64 / 2, "after it": math.MaxInt64/2 + 1, "last": math.MaxInt64 - window}
	db.slot = func(id string) int64 {
		if k, ok := edges[id]; ok {
			return k
		}
		return slotOf(id)
	}
	want := map[string]int{}
	put := func(id string) {
		want[id] = 1
		require.NoError(t, db.Commit(ctx, store.Write{Key: store.Key{Collection: "things", ID: id}, Data: []byte(`{}`)}))
	}
	for id := range edges {
		put(id)
	}
	for i := range 3 * nextPages {
		put(fmt.Sprint(i))
	}
	for _, n := range []int{1, 2, 3, 7} {
		got := map[string]int{}
		shares := db.Shares(ctx, "things", n)
		require.Len(t, shares, n)
		for _, share := range shares {
			for d, err := range share {
				require.NoError(t, err)
				got[d.Key.ID]++
			}
		}
		require.Equal(t, want, got, "%d shares", n)
	}
}
