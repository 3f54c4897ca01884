package thread

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-json"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// heavy is a state that knows as much as a large order tells.
func heavy(updated time.Time) State {
	word := json.RawMessage(`"` + strings.Repeat("x", 25<<10) + `"`)
	return State{Updated: updated, Known: map[string]json.RawMessage{"placed": word}}
}

func TestAThreadNeverGrowsTooLargeForAStore(t *testing.T) {
	for _, waits := range []bool{false, true} {
		th := Thread{Profile: "p"}
		for i := range 30 {
			key := fmt.Sprintf("order %02d", i)
			if waits {
				th.SetTimer(Timer{Flow: "f", Key: key, Name: "book", Due: noon})
			}
			th.SetState("f", key, heavy(noon.Add(time.Duration(i)*time.Second)))
		}
		w, err := Write(th, 0)
		require.NoError(t, err)
		require.Less(t, len(w.Data), store.MaxDocument)
		require.Contains(t, th.Flows["f"].Keys, "order 29", "the newest is kept")
		require.Greater(t, len(th.Flows["f"].Keys), 5)
	}
}

func TestTheOnlyStateIsKeptHoweverLarge(t *testing.T) {
	var th Thread
	s := heavy(noon)
	s.Data = json.RawMessage(`"` + strings.Repeat("x", maxKept) + `"`)
	th.SetState("f", "k", s)
	require.Len(t, th.Flows["f"].Keys, 1)
}

func TestWhatAMergeForgetsDoesNotDependOnWhoseItIs(t *testing.T) {
	var a, b Thread
	for i := range 7 {
		a.SetState("f", fmt.Sprint("a", i), heavy(noon.Add(time.Duration(2*i)*time.Second)))
		b.SetState("f", fmt.Sprint("b", i), heavy(noon.Add(time.Duration(2*i+1)*time.Second)))
	}
	b.SetState("f", "light", State{Updated: noon.Add(-time.Hour)})
	kept := func(t Thread) []string { return slices.Sorted(maps.Keys(t.Flows["f"].Keys)) }
	for range 20 {
		require.Equal(t, []string{"a4", "a5", "a6", "b3", "b4", "b5", "b6"}, kept(Merge(a, b)))
		require.Equal(t, kept(Merge(a, b)), kept(Merge(b, a)))
	}
}
