package queue_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/queue"
)

func open(t *testing.T, dir string) *queue.Queue {
	t.Helper()
	q, err := queue.Open(queue.Options{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(q.Close)
	return q
}

func put(t *testing.T, q *queue.Queue, line string, items ...string) {
	t.Helper()
	done := make(chan error, len(items))
	for _, item := range items {
		q.Put(line, []byte(item), func(err error) { done <- err })
	}
	for range items {
		require.NoError(t, <-done)
	}
}

// taken collects n items of a line, and says they are done if so told.
func taken(t *testing.T, q *queue.Queue, line string, n int, done bool) []string {
	t.Helper()
	items := make(chan queue.Item, 100)
	stop, err := q.Take(context.Background(), line, 64, func(i queue.Item) { items <- i })
	require.NoError(t, err)
	defer stop()
	var got []string
	for range n {
		select {
		case i := <-items:
			got = append(got, string(i.Data))
			if done {
				require.NoError(t, i.Done())
			}
		case <-time.After(10 * time.Second):
			require.Fail(t, "nothing came", "after %q", got)
		}
	}
	return got
}

func TestItemsComeInOrderAndLineByLine(t *testing.T) {
	q := open(t, t.TempDir())
	put(t, q, "a", "1", "2", "3")
	put(t, q, "b", "other")
	require.Equal(t, []string{"1", "2", "3"}, taken(t, q, "a", 3, true))
	require.Equal(t, []string{"other"}, taken(t, q, "b", 1, true))
}

func TestWhatIsNotDoneComesAgainAtOnceAndWhatIsDoneDoesNot(t *testing.T) {
	dir := t.TempDir()
	q := open(t, dir)
	put(t, q, "a", "1", "2", "3", "4")
	require.Equal(t, []string{"1", "2"}, taken(t, q, "a", 2, true))
	require.Equal(t, []string{"3", "4"}, taken(t, q, "a", 2, false))
	q.Close()

	start := time.Now()
	require.Equal(t, []string{"3", "4"}, taken(t, open(t, dir), "a", 2, true))
	require.Less(t, time.Since(start), 5*time.Second)
}

func TestSizeCountsWhatIsNotDone(t *testing.T) {
	dir := t.TempDir()
	q := open(t, dir)
	put(t, q, "a", "1", "2", "3")
	taken(t, q, "a", 1, true)
	items, bytes := q.Size()
	require.EqualValues(t, 2, items)
	require.EqualValues(t, 2*(30+len("queue.a")+1), bytes)
	q.Close()

	again := open(t, dir)
	afterwards, bytesAfterwards := again.Size()
	require.Equal(t, items, afterwards)
	require.Equal(t, bytes, bytesAfterwards)
}

func TestNoMoreThanAskedForIsAheadOfWhatIsDone(t *testing.T) {
	q := open(t, t.TempDir())
	put(t, q, "a", "1", "2", "3")
	items := make(chan queue.Item, 10)
	stop, err := q.Take(context.Background(), "a", 2, func(i queue.Item) { items <- i })
	require.NoError(t, err)
	defer stop()
	first := <-items
	<-items
	select {
	case i := <-items:
		require.Fail(t, "a third item came", "%s", i.Data)
	case <-time.After(100 * time.Millisecond):
	}
	require.NoError(t, first.Done())
	require.Equal(t, "3", string((<-items).Data))
}

func TestManyPutAtOnce(t *testing.T) {
	q := open(t, t.TempDir())
	var all sync.WaitGroup
	for p := range 8 {
		all.Go(func() {
			for i := range 200 {
				put(t, q, "a", fmt.Sprintf("%d-%d", p, i))
			}
		})
	}
	got := taken(t, q, "a", 1600, true)
	all.Wait()
	last := map[byte]int{}
	for _, s := range got {
		var p, i int
		fmt.Sscanf(s, "%d-%d", &p, &i)
		require.Equal(t, last[byte(p)], i, "order of putter %d", p)
		last[byte(p)]++
	}
}

func TestEveryItemMayBeFlushedBeforeItIsTaken(t *testing.T) {
	dir := t.TempDir()
	q, err := queue.Open(queue.Options{Dir: dir, SyncAlways: true})
	require.NoError(t, err)
	put(t, q, "a", "1", "2")
	q.Close()
	require.Equal(t, []string{"1", "2"}, taken(t, open(t, dir), "a", 2, true))
}

func TestAFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	_, err := queue.Open(queue.Options{Dir: "/dev/null/queue"})
	require.ErrorContains(t, err, "open queue in /dev/null/queue")
}

func TestPutAfterCloseIsRefused(t *testing.T) {
	q := open(t, t.TempDir())
	q.Close()
	done := make(chan error, 1)
	q.Put("a", []byte("1"), func(err error) { done <- err })
	require.Error(t, <-done)
}
