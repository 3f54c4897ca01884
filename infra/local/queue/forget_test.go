package queue_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/queue"
)

// holds tells whether a text is in any file of a folder.
func holds(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // the server may have taken it away
		}
		data, err := os.ReadFile(path)
		found = found || err == nil && bytes.Contains(data, []byte(text))
		return nil
	}))
	return found
}

// half has items put and done, but for one that is held.
func half(t *testing.T, o queue.Options) (*queue.Queue, string) {
	t.Helper()
	o.Dir = t.TempDir()
	q, err := queue.Open(o)
	require.NoError(t, err)
	t.Cleanup(q.Close)
	items := make(chan queue.Item, 100)
	stop, err := q.Take(context.Background(), "a", 64, func(i queue.Item) { items <- i })
	require.NoError(t, err)
	t.Cleanup(stop)
	for i := range 20 {
		put(t, q, "a", fmt.Sprintf("secret of customer %02d", i))
	}
	for range 20 {
		if i := <-items; !strings.HasSuffix(string(i.Data), " 07") {
			require.NoError(t, i.Done())
		}
	}
	return q, o.Dir
}

func TestWhatIsDoneIsGoneFromTheFileSoonThoughOthersAreNot(t *testing.T) {
	_, dir := half(t, queue.Options{ForgetEvery: time.Hour})
	time.Sleep(500 * time.Millisecond)
	require.True(t, holds(t, dir, "customer 03"), "the server alone leaves it where it was")

	q, dir := half(t, queue.Options{ForgetEvery: 200 * time.Millisecond, SyncEvery: 100 * time.Millisecond})
	require.Eventually(t, func() bool {
		for i := range 20 {
			if i != 7 && holds(t, dir, fmt.Sprintf("customer %02d", i)) {
				return false
			}
		}
		return true
	}, 10*time.Second, 50*time.Millisecond)
	require.True(t, holds(t, dir, "customer 07"), "what is not done is kept")
	items, size := q.Size()
	require.EqualValues(t, 1, items)
	require.EqualValues(t, 30+len("queue.a")+len("secret of customer 07"), size)

	put(t, q, "a", "next")
	q.Close()
	again := open(t, dir)
	items, _ = again.Size()
	require.EqualValues(t, 2, items)
	require.Equal(t, []string{"secret of customer 07", "next"}, taken(t, again, "a", 2, true))
}

func TestAQuietQueueIsNotFilledUp(t *testing.T) {
	_, dir := half(t, queue.Options{ForgetEvery: 100 * time.Millisecond, SyncEvery: 50 * time.Millisecond})
	require.Eventually(t, func() bool { return !holds(t, dir, "customer 03") }, 10*time.Second, 50*time.Millisecond)
	names := func() (all []string) {
		all, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*", "msgs", "*.blk"))
		require.NoError(t, err)
		return all
	}
	before := names()
	require.NotEmpty(t, before)
	time.Sleep(500 * time.Millisecond)
	require.Equal(t, before, names(), "nothing was done since: no block is ended for nothing")
}
