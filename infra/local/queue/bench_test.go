package queue_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/infra/local/queue"
)

// BenchmarkThrough is the way of one item of 800 bytes: put, taken, done.
func BenchmarkThrough(b *testing.B) {
	q, err := queue.Open(queue.Options{Dir: b.TempDir()})
	require.NoError(b, err)
	defer q.Close()
	var all sync.WaitGroup
	stop, err := q.Take(context.Background(), "a", 4096, func(i queue.Item) {
		i.Done()
		all.Done()
	})
	require.NoError(b, err)
	defer stop()
	data := make([]byte, 800)
	ahead := make(chan bool, 1024)
	b.ResetTimer()
	for range b.N {
		all.Add(1)
		ahead <- true
		q.Put("a", data, func(error) { <-ahead })
	}
	all.Wait()
}
