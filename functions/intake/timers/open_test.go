package timers_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// TestATimerThatWasNotTakenIsSentAgainThoughItsFlowHasDroppedIt as its flow's answer is lost
// with it: nobody would do what was decided on.
func TestATimerThatWasNotTakenIsSentAgainThoughItsFlowHasDroppedIt(t *testing.T) {
	c := wind(t, nil)
	c.set("p-1", timer("remind", noon))
	c.set("p-2", timer("remind", noon))
	heard := map[string]int{}
	c.fail = func(e events.Event) error {
		heard[events.ProfileID(e)]++
		if c.set(events.ProfileID(e)); events.ProfileID(e) == "p-1" && heard["p-1"] < 3 {
			return errors.New("context deadline exceeded")
		}
		return nil
	}
	for range 2 {
		_, err := c.tick()
		require.ErrorContains(t, err, "deadline")
		c.now = c.now.Add(time.Minute)
	}
	require.Len(t, c.ticks(), 1)
	require.Equal(t, "p-1", events.ProfileID(c.sent[0]))
	require.Equal(t, map[string]int{"p-1": 3, "p-2": 1}, heard)
	c.now = c.now.Add(10 * time.Minute)
	require.Empty(t, c.ticks(), "it was taken")
}
