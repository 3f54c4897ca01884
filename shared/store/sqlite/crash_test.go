package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// TestMain is also the program that the crash test kills.
func TestMain(m *testing.M) {
	if path := os.Getenv("REDTHREAD_TEST_CRASH"); path != "" {
		fmt.Println("ended:", commitForEver(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const crashWriters = 8

func counter(w int) store.Key { return store.Key{Collection: "threads", ID: fmt.Sprint(w)} }

func numbered(collection string, w, n int) store.Key {
	return store.Key{Collection: collection, ID: fmt.Sprintf("%d-%d", w, n)}
}

// commitForEver commits numbered documents, three at a time, from several
// goroutines, and prints the number of each commit that was acknowledged.
func commitForEver(path string) error {
	db, err := Open(context.Background(), path)
	if err != nil {
		return err
	}
	failed := make(chan error)
	for w := range crashWriters {
		go func() { failed <- commitOn(db, w) }()
	}
	return <-failed
}

func commitOn(db *DB, w int) error {
	ctx := context.Background()
	for {
		found, err := db.Get(ctx, counter(w))
		if err != nil {
			return err
		}
		n := 1
		if found[0].Exists() {
			if _, err := fmt.Sscanf(string(found[0].Data), `{"n":%d`, &n); err != nil {
				return err
			}
			n++
		}
		data := fmt.Appendf(nil, `{"n":%d,"x":%q}`, n, strings.Repeat("x", rand.IntN(6000)))
		err = db.Commit(ctx,
			store.Write{Key: numbered("journal", w, n), Data: data},
			store.Write{Key: counter(w), Version: found[0].Version, Data: data},
			store.Write{Key: numbered("actions", w, n), Data: data})
		if err != nil {
			return err
		}
		fmt.Println("committed", w, n)
	}
}

func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	acknowledged := [crashWriters]int{}
	for round := range 10 {
		killed(t, path, time.Duration(20+rand.IntN(200))*time.Millisecond, &acknowledged)
		db, err := Open(t.Context(), path)
		require.NoError(t, err)
		total := 0
		for w, n := range acknowledged {
			total += intact(t, db, w, n)
		}
		require.NoError(t, db.Close())
		c := look(t, path)
		require.EqualValues(t, total, count(t, c, "journal"))
		require.EqualValues(t, total, count(t, c, "actions"))
		require.EqualValues(t, 1, count(t, c, "pragma_integrity_check WHERE integrity_check = 'ok'"))
		t.Logf("round %d: %d commits, all there", round+1, total)
	}
}

// killed lets the program run for a while, and notes what it says it has committed.
func killed(t *testing.T, path string, after time.Duration, acknowledged *[crashWriters]int) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "REDTHREAD_TEST_CRASH="+path)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var w, n int
		if _, err := fmt.Sscanf(lines.Text(), "committed %d %d", &w, &n); err != nil {
			continue // half a line is no acknowledgement
		}
		require.Greater(t, n, acknowledged[w], "writer %d", w)
		if acknowledged[w] = n; after > 0 {
			time.AfterFunc(after, func() { _ = child.Process.Kill() }) // from the first commit on
			after = 0
		}
	}
	require.ErrorContains(t, child.Wait(), "killed")
}

// intact holds that a writer's commits are there from the first to the last one
// acknowledged or later, each whole, and returns how many there are.
func intact(t *testing.T, db *DB, w, acknowledged int) (n int) {
	found, err := db.Get(t.Context(), counter(w))
	require.NoError(t, err)
	if found[0].Exists() {
		_, err = fmt.Sscanf(string(found[0].Data), `{"n":%d`, &n)
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, n, acknowledged, "writer %d", w)
	for i := range n {
		pair, err := db.Get(t.Context(), numbered("journal", w, i+1), numbered("actions", w, i+1))
		require.NoError(t, err)
		require.True(t, pair[0].Exists(), "%s", pair[0].Key)
		require.Equal(t, string(pair[0].Data), string(pair[1].Data))
	}
	if n > 0 {
		last, err := db.Get(t.Context(), numbered("journal", w, n))
		require.NoError(t, err)
		require.Equal(t, string(found[0].Data), string(last[0].Data))
	}
	return n
}
