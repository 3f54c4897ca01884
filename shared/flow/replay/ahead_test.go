package replay

import (
	"errors"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// shelf is n documents, and an error after them unless it is nil. It notes when reading
// it has ended.
func shelf(n int, wrong error, ended *bool) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		defer func() { *ended = true }()
		for i := range n {
			if !yield(store.Document{Key: store.Key{ID: fmt.Sprint(i)}}, nil) {
				return
			}
		}
		if wrong != nil {
			yield(store.Document{}, wrong)
		}
	}
}

func TestWhatIsReadAheadComesWholeAndInOrder(t *testing.T) {
	torn := errors.New("torn")
	for _, n := range []int{0, 1, batchSize, batchSize + 1, 3*batchSize*batches + 7} {
		for _, wrong := range []error{nil, torn} {
			var ended bool
			var got []string
			var failed error
			for d, err := range ahead(shelf(n, wrong, &ended)) {
				require.NoError(t, failed, "nothing comes after the error")
				if failed = err; err == nil {
					got = append(got, d.Key.ID)
				}
			}
			require.Len(t, got, n)
			for i, id := range got {
				require.Equal(t, fmt.Sprint(i), id)
			}
			require.ErrorIs(t, failed, wrong)
			require.True(t, ended)
		}
	}
}

func TestReadingAheadEndsWhenNobodyWantsMore(t *testing.T) {
	for _, stop := range []int{1, batchSize, 2*batchSize + 1} {
		ended, seen := false, 0
		for range ahead(shelf(1<<30, nil, &ended)) {
			if seen++; seen == stop {
				break
			}
		}
		require.Equal(t, stop, seen)
		require.True(t, ended)
	}
}
