package store

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPauseIsAtRandomAndBelowABoundThatDoubles(t *testing.T) {
	for try, below := range map[int]time.Duration{
		-1: time.Millisecond, 0: time.Millisecond, 1: 2 * time.Millisecond, 7: 128 * time.Millisecond,
		8: 200 * time.Millisecond, 11: 200 * time.Millisecond, 64: 200 * time.Millisecond, math.MaxInt: 200 * time.Millisecond,
	} {
		synctest.Test(t, func(t *testing.T) {
			waits := map[time.Duration]bool{}
			longest := time.Duration(0)
			for range 500 {
				began := time.Now()
				require.NoError(t, Pause(t.Context(), try))
				took := time.Since(began)
				require.Less(t, took, below, "try %d", try)
				waits[took], longest = true, max(longest, took)
			}
			require.Greater(t, len(waits), 400, "try %d: those who raced would race again", try)
			require.Greater(t, longest, below*9/10, "try %d: all of the range is used", try)
		})
	}
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		for try := range 12 {
			require.ErrorIs(t, Pause(ctx, try), context.Canceled)
		}
		require.Zero(t, time.Since(began), "it waited")

		// Of a hundred waits of up to 200 ms, a context of 1 ms cuts nearly all short.
		cut := 0
		for range 100 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			began := time.Now()
			if err := Pause(ctx, 11); err != nil {
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, time.Millisecond, time.Since(began))
				cut++
			}
			cancel()
		}
		require.Greater(t, cut, 80)
	})
}
