package flow

import (
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
