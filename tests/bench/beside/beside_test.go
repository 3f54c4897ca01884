package beside

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestACrowdDoesItAsOftenAsAskedAndEachOnce(t *testing.T) {
	for _, workers := range []int{1, 64} {
		var done atomic.Int64
		took := make([]time.Duration, 100)
		require.NoError(t, Crowd(workers, func() error { done.Add(1); time.Sleep(time.Microsecond); return nil })(took))
		require.EqualValues(t, 100, done.Load())
		require.NotContains(t, took, time.Duration(0))
	}
}

func TestACrowdStopsAtAnError(t *testing.T) {
	full := errors.New("disk full")
	var done int
	err := Crowd(1, func() error {
		if done++; done == 3 {
			return full
		}
		return nil
	})(make([]time.Duration, 100))
	require.ErrorIs(t, err, full)
	require.Equal(t, 3, done)
}

// busy keeps the processor for a while, as the kernel counts it.
func busy(d time.Duration) error {
	for begun := Used(); Used()-begun < d; {
	}
	return nil
}

func TestOfTwiceTheWorkTheRatioIsTwo(t *testing.T) {
	r := testing.Benchmark(func(b *testing.B) {
		Compare(b, Crowd(1, func() error { return busy(2 * time.Millisecond) }), Crowd(1, func() error { return busy(time.Millisecond) }))
	})
	require.InDelta(t, 2, r.Extra["×bare-cpu"], 0.3)
	require.InDelta(t, 1000, r.Extra["bare-cpu-µs"], 300)
	require.InDelta(t, 2000, r.Extra["cpu-µs"], 500)
	require.Less(t, r.Extra["×bare"], 1.0)
}

func TestRatiosAreTakenWithinTheRounds(t *testing.T) {
	// The machine was ten times slower in the second round, for both.
	require.Equal(t, 2.0, Paired([]float64{2, 20, 2}, []float64{1, 10, 1}))
	require.Equal(t, 3.0, Median([]float64{9, 1, 3}))
	require.Zero(t, Median(nil))
}
