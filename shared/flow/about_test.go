package flow

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

const aboutManifest = `
summary: Waits after what was looked at.
group: flows
triggers: [{type: dev.redthread.product.viewed.v1}, {type: dev.redthread.order.placed.v1}, {type: dev.redthread.timer.due.v1}]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: low
`

// A flow may be after more than one thing.
func TestAnyOfAFlowsGoalsEndsItsWork(t *testing.T) {
	text := strings.NewReplacer("goal: dev.redthread.order.placed.v1", "goal: [dev.redthread.order.placed.v1, dev.redthread.store.visited.v1]",
		"{type: dev.redthread.order.placed.v1}", "{type: dev.redthread.order.placed.v1}, {type: dev.redthread.store.visited.v1}").Replace(aboutManifest)
	d := Define("late", []byte(text), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(m Moment[events.ProductViewed]) Decision {
				return Wait("later", m.At.Add(time.Hour))
			}),
			On(func(events.OrderPlaced) string { return "" }, func(Moment[events.OrderPlaced]) Decision { return Nothing("ordered") }),
			On(func(events.StoreVisited) string { return "" }, func(Moment[events.StoreVisited]) Decision { return Nothing("in a store") }),
			OnTimer("later", func(Moment[thread.Timer]) Decision { return Nothing("too late") }),
		}}
	})
	f, err := d.Make(function.Env{})
	require.NoError(t, err)
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	turn := func(th thread.Thread, data events.Data, at time.Time) Output {
		e, err := events.New("/shop", at.String(), at, data)
		require.NoError(t, err)
		out, err := f.Turn(&Input{Event: e, Data: data, At: at, Now: at, Profile: &profile.Profile{ID: "p"}, Thread: th})
		require.NoError(t, err)
		return out
	}
	waits := turn(thread.Thread{Profile: "p"}, events.ProductViewed{SKU: "A"}, noon)
	require.Len(t, waits.Thread.Timers, 1)
	require.False(t, waits.Goal)
	for _, goal := range []events.Data{events.OrderPlaced{OrderID: "o"}, events.StoreVisited{StoreID: "cph-01"}} {
		out := turn(waits.Thread, goal, noon.Add(time.Minute))
		require.True(t, out.Goal)
		require.Empty(t, out.Thread.Timers)
	}
}

// A look comes late, when one that came after it is known already: the decision is about
// that one, so that an order between the two does not end it.
func TestTheGoalEndsWhatIsAboutSomethingBeforeIt(t *testing.T) {
	latest := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	d := Define("late", []byte(aboutManifest), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(m Moment[events.ProductViewed]) Decision {
				return Wait("later", latest.Add(time.Hour)).Keep(1).About(latest)
			}),
			On(func(events.OrderPlaced) string { return "" }, func(Moment[events.OrderPlaced]) Decision { return Nothing("ordered") }),
			OnTimer("later", func(m Moment[thread.Timer]) Decision { return Wait("later", latest.Add(2*time.Hour)) }),
		}}
	})
	f, err := d.Make(function.Env{})
	require.NoError(t, err)
	for after, left := range map[time.Duration]int{-time.Minute: 1, 0: 0, time.Minute: 0} {
		turn := func(in Input, data events.Data, at time.Time) thread.Thread {
			in.Profile, in.Data, in.At, in.Now = &profile.Profile{ID: "p"}, data, at, latest.Add(10*time.Minute)
			if in.Timer.Name == "" {
				in.Event, err = events.New("/shop", at.String(), at, data)
				require.NoError(t, err)
			} else {
				in.Data = in.Timer
			}
			out, err := f.Turn(&in)
			require.NoError(t, err)
			return out.Thread
		}
		th := turn(Input{Thread: thread.Thread{Profile: "p"}}, events.ProductViewed{SKU: "A"}, latest.Add(-time.Hour))
		require.Equal(t, latest, th.Timers[0].About)
		require.Equal(t, latest, th.State("late", "A").About)
		th = turn(Input{Thread: th, Timer: th.Timers[0]}, nil, latest)
		require.Equal(t, latest, th.Timers[0].About, "a timer set by a timer is about the same")
		th = turn(Input{Thread: th}, events.OrderPlaced{OrderID: "o"}, latest.Add(after))
		require.Len(t, th.Timers, left, after)
	}
}
