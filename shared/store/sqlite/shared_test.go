package sqlite

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCommitsWaitForAnotherProcessThatWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	other := look(t, path)
	require.NoError(t, other.exec("BEGIN IMMEDIATE"))

	waits := make(chan error, 1)
	go func() { waits <- db.Commit(context.Background(), put(1, "")) }()
	impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	require.ErrorIs(t, db.Commit(impatient, put(2, "")), context.DeadlineExceeded)
	require.Less(t, time.Since(start), time.Second)
	found, err := db.Get(t.Context(), put(1, "").Key)
	require.NoError(t, err, "readers do not wait")
	require.False(t, found[0].Exists())

	require.NoError(t, other.exec("COMMIT"))
	require.NoError(t, <-waits)
	found, err = db.Get(t.Context(), put(1, "").Key, put(2, "").Key)
	require.NoError(t, err)
	require.True(t, found[0].Exists())
	require.False(t, found[1].Exists(), "its caller went away")
}

func TestACollectionMadeInVainIsMadeAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	w := resting(t, path, time.Now)
	require.NoError(t, w.c.exec("PRAGMA max_page_count = 4"))
	require.ErrorContains(t, explained(path, commitAlone(w, put(1, ""))), "no room left")
	require.NoError(t, w.c.exec("PRAGMA max_page_count = 100000"))
	require.NoError(t, commitAlone(w, put(1, "")))
	require.EqualValues(t, 1, count(t, w.c, "profiles"))
}
