package storetest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
)

var (
	a     = store.Key{Collection: "profiles", ID: "a"}
	write = store.Write{Key: a, Version: store.Unchecked, Data: []byte(`{}`), Entry: store.Entry{Partition: "p"}}
	all   = store.Query{Collection: "profiles", Partition: "p"}
)

// use makes three calls, and stops at the first that fails.
func use(t *testing.T, s store.Store) error {
	if err := s.Commit(t.Context(), write); err != nil {
		return err
	}
	if _, err := s.Get(t.Context(), a); err != nil {
		return err
	}
	for _, err := range s.Query(t.Context(), all) {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestCountingCountsRoundTrips(t *testing.T) {
	s := storetest.Counting(memory.New())
	require.NoError(t, use(t, s))
	require.NoError(t, s.Commit(t.Context(), write))
	require.ErrorIs(t, s.Commit(t.Context(), store.Write{Key: a, Data: []byte(`{}`)}), store.ErrConflict)
	walk := s.Query(t.Context(), all)
	require.Equal(t, storetest.Trips{Get: 1, Commit: 3, Query: 1}, s.Trips(), "a walk not begun is none")
	for range walk {
		break
	}
	require.EqualValues(t, 6, s.Trips().All())
	s.Reset()
	require.Zero(t, s.Trips())
}

func TestFailingFailsEachCallOnce(t *testing.T) {
	n := 1
	for ; ; n++ {
		inner := memory.New()
		s := storetest.Failing(inner, n)
		err := use(t, s)
		if s.Calls() < n {
			require.NoError(t, err)
			break
		}
		require.ErrorIs(t, err, storetest.ErrStore)
		found, err := inner.Get(t.Context(), a)
		require.NoError(t, err)
		require.Equal(t, n > 1, found[0].Exists(), "call %d, the first being the commit, has done nothing", n)
		require.NoError(t, use(t, s), "only one call fails")
	}
	require.Equal(t, 4, n)
	require.NoError(t, use(t, storetest.Failing(memory.New(), 0)))
}

func TestLosingLosesTheAnswerOnly(t *testing.T) {
	for n := 1; n <= 3; n++ {
		inner := memory.New()
		s := storetest.Losing(inner, n)
		require.ErrorIs(t, use(t, s), storetest.ErrStore)
		require.Equal(t, n, s.Calls())
		found, err := inner.Get(t.Context(), a)
		require.NoError(t, err)
		require.True(t, found[0].Exists())
	}
}

func TestWrappedStoresCloseTheirOwn(t *testing.T) {
	s := storetest.Losing(storetest.Counting(memory.New()), 0)
	require.NoError(t, use(t, s))
	require.NoError(t, s.Close())
	require.ErrorIs(t, use(t, s), store.ErrClosed)
}
