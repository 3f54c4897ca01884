package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

// kept is all that a store holds, as JSON that does not hang on how it is spelt.
func kept(t *testing.T, url string) map[string]string {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.WithClock(longAgo))
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	all := map[string]string{}
	for _, name := range functions.Collections {
		for doc, err := range s.Query(t.Context(), store.Query{Collection: name}) {
			require.NoError(t, err)
			all[doc.Key.String()] = fmt.Sprint(object[any](t, string(doc.Data)), doc.Entry, doc.Expires)
		}
	}
	return all
}

// TestABackupOfEveryStoreIsRestored copies what a suite has made on each store into a file,
// and back into another of its kind.
func TestABackupOfEveryStoreIsRestored(t *testing.T) {
	data := t.TempDir()
	status, _, errs := call(t, "demo", "-speed", "0", "-customers", "5", "-addr", "127.0.0.1:0", "-data", data)
	require.Zero(t, status, errs)
	made := "sqlite:" + filepath.Join(data, "demo", "redthread.db")
	want := kept(t, made)
	require.Greater(t, len(want), 100)
	stores.Kept(t, func(t *testing.T, url string) {
		backup := "sqlite:" + filepath.Join(t.TempDir(), "backup.db")
		for _, step := range [][2]string{{made, url}, {url, backup}} {
			status, out, errs := call(t, "copy", "-store", step[0], "-to", step[1], "-json")
			require.Zero(t, status, errs)
			require.EqualValues(t, len(want), object[copied](t, out).Documents)
			require.Equal(t, want, kept(t, step[1]))
		}
		status, _, errs := call(t, "copy", "-store", backup, "-to", url)
		require.Equal(t, 1, status)
		require.Contains(t, errs, "is not empty: it has documents in ")
		status, out, errs := call(t, "copy", "-store", backup, "-to", url, "-onto")
		require.Zero(t, status, errs)
		require.Contains(t, out, fmt.Sprint(len(want), "  documents copied to "))
		require.Equal(t, want, kept(t, url))
	})
}
