package thread

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/goccy/go-json"
	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func knows(updated time.Time, names ...string) Thread {
	s := State{Data: json.RawMessage(`"` + updated.Format("15:04") + `"`), Updated: updated, Known: map[string]json.RawMessage{}}
	for _, n := range names {
		s.Known[n] = json.RawMessage(`"` + n + `"`)
	}
	t := Thread{Profile: "p"}
	t.SetState("f", "k", s)
	return t
}

func TestAMergeKeepsWhatEitherSideHasLearntAndWakesTheFlow(t *testing.T) {
	a, b := knows(noon, "x", "y"), knows(noon.Add(time.Hour), "y", "z")
	for _, both := range []Thread{Merge(a, b), Merge(b, a)} {
		s := both.State("f", "k")
		require.Equal(t, `"13:00"`, string(s.Data), "the later state")
		require.Len(t, s.Known, 3)
		woken, ok := both.Timer("f", "k", Joined)
		require.True(t, ok)
		require.Equal(t, noon.Add(time.Hour), woken.Due)
	}
	require.Len(t, a.State("f", "k").Known, 2, "what was merged stays as it was")
}

func TestWhenOneSideKnowsAllThereIsNoNeedToWakeTheFlow(t *testing.T) {
	a, b := knows(noon, "x", "y"), knows(noon.Add(time.Hour), "y")
	for _, both := range []Thread{Merge(a, b), Merge(b, a)} {
		require.Len(t, both.State("f", "k").Known, 2)
		require.Empty(t, both.Timers)
	}
}

func TestOfManyKeysThoseAreForgottenThatNoTimerWaitsFor(t *testing.T) {
	var th Thread
	for i := range 30 {
		key := fmt.Sprintf("order %02d", i)
		if i < 10 {
			th.SetTimer(Timer{Flow: "f", Key: key, Name: "book", Due: noon})
		}
		th.SetState("f", key, State{Updated: noon.Add(time.Duration(i) * time.Second)})
	}
	keys := slices.Sorted(maps.Keys(th.Flows["f"].Keys))
	require.Len(t, keys, 20)
	require.Equal(t, []string{"order 00", "order 09", "order 20", "order 29"}, []string{keys[0], keys[9], keys[10], keys[19]})
}

func TestHowManyKeysTimersCanKeepIsBounded(t *testing.T) {
	var th Thread
	for i := range 300 {
		key := fmt.Sprintf("order %03d", i)
		th.SetTimer(Timer{Flow: "f", Key: key, Name: "book", Due: noon})
		th.SetState("f", key, State{Updated: noon.Add(time.Duration(i) * time.Second)})
	}
	require.Len(t, th.Flows["f"].Keys, 100)
	require.Contains(t, th.Flows["f"].Keys, "order 299")
}
