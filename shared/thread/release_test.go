package thread

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func letter(action string) Contact {
	return Contact{At: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), Flow: "f", Key: "k", Step: "s",
		Action: action, Kind: "message", Purpose: events.PurposeMarketing}
}

func TestWhatIsReleasedTakesItsStepAndNoAttention(t *testing.T) {
	before := Thread{Contacts: []Contact{letter("a"), letter("b")}}
	after := before
	require.True(t, after.Release("a"))
	require.False(t, after.Release("a"), "once")
	require.False(t, after.Release("none"))
	require.False(t, after.Contacts[0].Message())
	require.True(t, after.Contacts[1].Message())
	require.True(t, before.Contacts[0].Message(), "copies stay as they are")
	_, taken := after.Acted("f", "k", "s")
	require.True(t, taken)
}

func TestWhatTakesNoAttentionIsNotReleased(t *testing.T) {
	ticket, service := letter("t"), letter("s")
	ticket.Kind, service.Purpose = "ticket", events.PurposeService
	th := Thread{Contacts: []Contact{ticket, service}}
	require.False(t, th.Release("t"))
	require.False(t, th.Release("s"))
}

// A customer who parted from another took along the contacts of both. When they turn
// out to be one after all, what was released on one side is released.
func TestWhatWasReleasedOnOneSideStaysSoWhenBothMerge(t *testing.T) {
	a := Thread{Profile: "p", Contacts: []Contact{letter("a")}}
	b := a
	require.True(t, b.Release("a"))
	for _, both := range []Thread{Merge(a, b), Merge(b, a)} {
		require.Len(t, both.Contacts, 1)
		require.True(t, both.Contacts[0].Released)
	}
}

func TestAFlowHasTurnedToWhomItWroteToOnEitherSideOfAMoment(t *testing.T) {
	sent := letter("a")
	th := Thread{Contacts: []Contact{sent}}
	for name, c := range map[string]struct {
		flow   string
		after  time.Duration
		turned bool
	}{
		"just within":           {"f", time.Hour - 1, true},
		"just over":             {"f", time.Hour, false},
		"a late event's moment": {"f", 1 - time.Hour, true},
		"long before":           {"f", -time.Hour, false},
		"another flow":          {"g", 0, false},
	} {
		require.Equal(t, c.turned, th.Turned(c.flow, sent.At.Add(c.after), time.Hour), name)
	}
	th.Release("a")
	require.False(t, th.Turned("f", sent.At, time.Hour), "it gave way to another")
}
