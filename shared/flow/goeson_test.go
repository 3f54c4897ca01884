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

func TestAnOrderOfSomethingElseIsNotTheGoal(t *testing.T) {
	d := Define("late", []byte(aboutManifest), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(Moment[events.ProductViewed]) Decision { return Nothing("") }),
			On(func(events.OrderPlaced) string { return "" }, func(m Moment[events.OrderPlaced]) Decision {
				if m.Data.Lines[0].SKU != "A" {
					return Nothing("ordered something else").GoesOn()
				}
				return Nothing("ordered")
			}),
		}}
	})
	f, err := d.Make(function.Env{})
	require.NoError(t, err)
	for sku, ends := range map[string]bool{"A": true, "B": false} {
		th := thread.Thread{Profile: "p", Contacts: []thread.Contact{{Flow: "late", Key: "A", At: monday}}}
		th.SetTimer(thread.Timer{Flow: "late", Name: "later", Key: "A", Due: monday.Add(time.Hour), About: monday})
		th.SetState("late", "A", thread.State{About: monday})
		in := Input{Thread: th, Profile: &profile.Profile{ID: "p"}, Data: events.OrderPlaced{Lines: []events.Line{{SKU: sku}}}, At: monday, Now: monday}
		in.Event, err = events.New("/shop", "o", monday, in.Data.(events.OrderPlaced))
		require.NoError(t, err)
		out, err := f.Turn(&in)
		require.NoError(t, err)
		require.Equal(t, ends, out.Goal, sku)
		require.Equal(t, ends, out.Touched, sku)
		require.Equal(t, ends, len(out.Thread.Timers) == 0, sku)
		require.Equal(t, ends, !out.Thread.State("late", "A").Goal.IsZero(), sku)
	}
}

func TestAPatientActWaitsForRoomADayAtATime(t *testing.T) {
	d := Define("late", []byte(aboutManifest), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(Moment[events.ProductViewed]) Decision { return Nothing("") }),
			On(func(events.OrderPlaced) string { return "" }, func(Moment[events.OrderPlaced]) Decision { return Nothing("") }),
			OnTimer("later", func(Moment[thread.Timer]) Decision {
				return ActMessage("write", func() (words.Message, error) { return words.Message{}, nil }, "email").
					Patient(monday.Add(36*time.Hour)).Keep(1).Then("after", monday.Add(50*time.Hour))
			}),
		}}
	})
	f, err := d.Make(function.Env{Override: map[string]map[string]string{"late": {"CONTROL": "0", "HOLDOUT": "0", "ATTENTION_DAY": "0"}}})
	require.NoError(t, err)
	p := customer(t, events.ConsentChanged{Channel: "email", Purpose: "marketing", Granted: true})
	th := thread.Thread{Profile: "p"}
	th.SetTimer(thread.Timer{Flow: "late", Name: "later", Key: "A", Due: monday, About: monday})
	turn := func(now time.Time) Output {
		timer, _ := th.Timer("late", "A", "later")
		require.Equal(t, now, timer.Due)
		out, err := f.Turn(&Input{Thread: th, Profile: p, Timer: timer, Data: timer, At: now, Now: now})
		require.NoError(t, err)
		th = out.Thread
		return out
	}
	out := turn(monday)
	require.Equal(t, "put off", out.Entry.Verdict)
	require.Equal(t, "capped", out.Entry.Reason)
	require.Empty(t, th.State("late", "A").Data, "nothing is kept of it but the time")
	require.Len(t, th.Timers, 1)
	out = turn(monday.Add(24 * time.Hour))
	require.Equal(t, "refused", out.Entry.Verdict, "the third day would be too late")
	require.Equal(t, "after", th.Timers[0].Name)
}
