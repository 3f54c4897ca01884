package replay

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// shelf is n documents of somebody, and an error after them unless it is nil. It notes
// when reading it has ended.
func shelf(whose string, n int, wrong error, ended *bool) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			if !yield(store.Document{Key: store.Key{ID: fmt.Sprint(i)}, Entry: store.Entry{Partition: whose}}, nil) {
				return
			}
		}
		if wrong != nil {
			yield(store.Document{}, wrong)
		}
	}
}

func TestWhatIsReadAheadComesWholeAndEachShareInOrder(t *testing.T) {
	torn := errors.New("torn")
	for _, n := range []int{0, 1, batchSize, batchSize + 1, 3*batchSize*batches + 7} {
		for _, wrong := range []error{nil, torn} {
			var ended [2]bool
			next := map[string]int{}
			var failed error
			for e, err := range ahead([]iter.Seq2[store.Document, error]{shelf("a", n, nil, &ended[0]), shelf("b", n, wrong, &ended[1])}, rules) {
				require.NoError(t, failed, "nothing comes after the error")
				if failed = err; err == nil {
					require.Equal(t, fmt.Sprint(next[e.profile]), e.id)
					next[e.profile]++
				}
			}
			require.Equal(t, []int{n, n}, []int{next["a"], next["b"]})
			require.ErrorIs(t, failed, wrong)
			require.Equal(t, [2]bool{true, true}, ended)
		}
	}
}

func TestReadingAheadEndsWhenNobodyWantsMore(t *testing.T) {
	for _, stop := range []int{1, batchSize, 2*batchSize + 1} {
		var ended [2]bool
		seen := 0
		for range ahead([]iter.Seq2[store.Document, error]{shelf("a", 1<<30, nil, &ended[0]), shelf("b", 1<<30, nil, &ended[1])}, rules) {
			if seen++; seen == stop {
				break
			}
		}
		require.Equal(t, stop, seen)
		require.Equal(t, [2]bool{true, true}, ended)
	}
}
