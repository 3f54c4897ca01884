package clock_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/infra/local/clock"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestAClockNeverGoesBackwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := clock.Stepped(noon)
		last, furthest := c.Now(), noon
		for _, seconds := range rapid.SliceOfN(rapid.IntRange(-1000, 1000), 1, 30).Draw(t, "steps") {
			to := noon.Add(time.Duration(seconds) * time.Second)
			c.Advance(to)
			if to.After(furthest) {
				furthest = to
			}
			require.False(t, c.Now().Before(last))
			require.Equal(t, furthest, c.Now())
			last = c.Now()
		}
	})
}

func TestASteppedClockStandsStill(t *testing.T) {
	c := clock.Stepped(noon)
	time.Sleep(5 * time.Millisecond)
	require.Equal(t, noon, c.Now())
}

func TestAScaledClockRunsSoManyTimesAsFast(t *testing.T) {
	start := time.Now()
	c := clock.Scaled(noon, 3600)
	time.Sleep(50 * time.Millisecond)
	virtual, real := c.Now().Sub(noon), time.Since(start)
	require.GreaterOrEqual(t, virtual, 50*time.Millisecond*3600)
	require.LessOrEqual(t, virtual, real*3600)
	c.Advance(noon.AddDate(1, 0, 0))
	require.Less(t, c.Now().Sub(noon), 24*time.Hour, "it cannot be moved")
}

func TestTheRealClockIsTheMachines(t *testing.T) {
	before := time.Now()
	now := clock.Real().Now()
	require.WithinDuration(t, before, now, time.Second)
	require.Equal(t, time.UTC, now.Location())
}

func TestWaitingEndsAtItsTime(t *testing.T) {
	fast := clock.Scaled(noon, 36000)
	require.NoError(t, fast.Wait(context.Background(), noon.Add(time.Minute)))
	require.False(t, fast.Now().Before(noon.Add(time.Minute)))

	stepped := clock.Stepped(noon)
	done := make(chan error, 1)
	go func() { done <- stepped.Wait(context.Background(), noon.Add(time.Hour)) }()
	stepped.Advance(noon.Add(time.Minute))
	select {
	case <-done:
		require.Fail(t, "too early")
	case <-time.After(20 * time.Millisecond):
	}
	stepped.Advance(noon.Add(time.Hour))
	require.NoError(t, <-done)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, stepped.Wait(ctx, noon.Add(2*time.Hour)), context.Canceled)
	require.ErrorIs(t, clock.Real().Wait(ctx, time.Now().Add(time.Hour)), context.Canceled)
}

func TestTicksComeAtFullMinutesAndASlowOneSwallowsTheNext(t *testing.T) {
	c := clock.Scaled(noon.Add(30*time.Second), 6000) // a minute in 10 ms
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var at []time.Time
	c.Ticks(ctx, func(now time.Time) {
		mu.Lock()
		defer mu.Unlock()
		at = append(at, now)
		switch len(at) {
		case 2:
			time.Sleep(40 * time.Millisecond)
		case 5:
			cancel()
		}
	})
	for i, now := range at {
		require.Equal(t, now, now.Truncate(time.Minute))
		if i > 0 {
			require.True(t, now.After(at[i-1]))
		}
	}
	require.GreaterOrEqual(t, at[2].Sub(at[1]), 4*time.Minute)
}

func TestSpeedsAreRead(t *testing.T) {
	for text, want := range map[string]float64{"3600x": 3600, "60": 60, "0.5x": 0.5, "1x": 1} {
		got, err := clock.ParseSpeed(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "x", "fast", "-1x", "0", "1e9", "NaN", "Inf"} {
		_, err := clock.ParseSpeed(text)
		require.ErrorContains(t, err, "expected how many times as fast", text)
	}
}
