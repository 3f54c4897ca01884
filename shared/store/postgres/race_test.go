package postgres

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

func opened(t *testing.T) *DB {
	db, err := Open(t.Context(), stores.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func unchecked(id string) store.Write {
	return store.Write{Key: store.Key{Collection: "profiles", ID: id}, Version: store.Unchecked, Data: []byte(`{}`)}
}

func TestAllCommitsTakeTheirKeysInOneOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ids := rapid.SliceOfDistinct(rapid.StringN(1, 4, -1), rapid.ID).Draw(rt, "ids")
		var writes []store.Write
		for _, id := range ids {
			writes = append(writes, unchecked(id))
		}
		before := slices.Clone(writes)
		ordered := inOrder(writes)
		require.Equal(rt, before, writes, "the caller's are left as they are")
		slices.Sort(ids)
		for i, w := range ordered {
			require.Equal(rt, ids[i], w.Key.ID)
		}
	})
}

func TestCommitsThatMeetInEveryOrderDoNotStandInEachOthersWay(t *testing.T) {
	db := opened(t)
	start := time.Now()
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			for range 20 {
				var writes []store.Write
				for _, i := range rand.Perm(6)[:4] {
					writes = append(writes, unchecked(string(rune('a'+i))))
				}
				if rand.IntN(4) == 0 {
					writes[0].Data = nil
				}
				if err := db.Commit(t.Context(), writes...); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	require.Less(t, time.Since(start), 20*time.Second, "each deadlock would take a second to be found")
}

// While one holds that there is no such document, nobody can make it.
func TestThatThereIsNoneHoldsUntilTheCommitIsMade(t *testing.T) {
	db := opened(t)
	made := make(chan error, 1)
	require.NoError(t, pgx.BeginFunc(t.Context(), db.pool, func(tx pgx.Tx) error {
		args := arguments([]store.Write{{Key: store.Key{Collection: "profiles", ID: "a"}}})
		args[0], args[1], args[2] = 1, 1, time.Now()
		lost := 0
		require.NoError(t, tx.QueryRow(t.Context(), commitSQL, args...).Scan(&lost))
		require.Zero(t, lost)
		go func() { made <- db.Commit(t.Context(), unchecked("a")) }()
		select {
		case err := <-made:
			t.Errorf("it did not wait: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		return nil
	}))
	require.NoError(t, <-made)
	found, err := db.Get(t.Context(), store.Key{Collection: "profiles", ID: "a"})
	require.NoError(t, err)
	require.True(t, found[0].Exists())
}

func TestALateCommitOfAnEarlierNumberIsNotMade(t *testing.T) {
	db := opened(t)
	send := func(number int, id string) {
		args := arguments([]store.Write{unchecked(id)})
		args[0], args[1], args[2] = 1, number, time.Now()
		lost := 0
		require.NoError(t, db.pool.QueryRow(t.Context(), commitSQL, args...).Scan(&lost))
		require.Zero(t, lost)
	}
	send(2, "second")
	send(1, "first, which was thought lost")
	send(2, "second again")
	require.Equal(t, 1, db.count(t, "documents"))
}

func TestVersionsGrowUnderManyUncheckedWriters(t *testing.T) {
	db := opened(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 30 {
				if err := db.Commit(t.Context(), unchecked("a")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var last int64
	for range 200 {
		found, err := db.Get(t.Context(), store.Key{Collection: "profiles", ID: "a"})
		require.NoError(t, err)
		require.GreaterOrEqual(t, found[0].Version, last)
		last = found[0].Version
	}
	wait.Wait()
}
