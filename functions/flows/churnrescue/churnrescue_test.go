package churnrescue

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/flows/churnrescue/signs"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }

// ten is when Mette looks at how to cancel.
var ten = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// mette may be written to; what is told of her happened a minute before ten.
func mette(tell ...events.Data) (c profile.Profile) {
	c.ID = "mette"
	yes := events.ConsentChanged{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true}
	yes.Customer = events.Identifiers{events.IDEmail: "mette@example.dk"}
	profile.FoldAs(&c, profile.Stamp{At: ten.AddDate(-1, 0, 0)}, "", &yes)
	for _, d := range tell {
		profile.FoldAs(&c, profile.Stamp{At: ten.Add(-time.Minute)}, "", d)
	}
	return c
}

// Two profiles that become one keep the later state of the flow, the views and timers of both.
func TestACustomerWhoWasTwoIsDecidedAboutAsOne(t *testing.T) {
	once := signs.Signs{Looks: []time.Time{ten}}
	look := &events.PageViewed{Kind: events.PageCancellation}
	require.Equal(t, "too few looks, and not of the top", timer(t, "rescue", mette(), once).Reason)
	require.Equal(t, "letter", timer(t, "rescue", mette(look), once).Reason, "she looked before it was known who she was")
	require.Equal(t, "asked to be erased", timer(t, "rescue", mette(look), signs.Signs{Gone: ten}).Reason)
	require.Equal(t, "asked to be erased", timer(t, stayed, mette(look), signs.Signs{Gone: ten}).Reason)
	require.Equal(t, "asked to be erased", timer(t, "rescue", mette(), signs.Signs{}).Reason)
}

func TestAnOrderCountsThoughTheFlowHasNotHeardOfItYet(t *testing.T) {
	twice := signs.Signs{Looks: []time.Time{ten.Add(-time.Hour), ten.Add(-2 * time.Hour)}}
	order := &events.OrderPlaced{OrderID: "4711", Total: events.Money{Amount: 100, Currency: "DKK"}}
	require.Equal(t, "has ordered since", timer(t, "rescue", mette(order), twice).Reason)
}

func TestAPageThatIsLoadedAgainWithinAMinuteIsOneLook(t *testing.T) {
	for seconds, reason := range map[time.Duration]string{59: "too few looks, and not of the top", 60: "letter"} {
		looks := signs.Signs{Looks: []time.Time{ten, ten.Add(-seconds * time.Second)}}
		require.Equal(t, reason, timer(t, "rescue", mette(), looks).Reason, "%d seconds between them", seconds)
	}
}

func TestALookThatIsHeardOfAfterAWeekIsNoReasonToWrite(t *testing.T) {
	look := events.PageViewed{Kind: events.PageCancellation}
	d := turn(t, &flow.Input{Event: sample(t, look), Data: look, At: ten, Now: ten.Add(169 * time.Hour)}, mette(), signs.Signs{})
	require.Equal(t, "too long ago", d.Reason)
}

func TestAnotherSegmentIsNotTheGoal(t *testing.T) {
	for segmentName, key := range map[string]string{stayed: leaving, "ambassador": "segment ambassador"} {
		d := events.SegmentChanged{Segment: segmentName, Entered: true}
		require.Equal(t, key, turn(t, &flow.Input{Event: sample(t, d), Data: d, At: ten, Now: ten}, mette(), signs.Signs{}).Key)
	}
}

func TestTheTrailSaysWhyOneIsCalledAndTheOtherIsNot(t *testing.T) {
	for story, want := range map[string]struct {
		points  int
		channel string
	}{"the_last_of_the_top": {65, "ticket"}, "the_first_below_the_top": {64, ""}} {
		told := flowtest.Tell(t, Flow, "testdata/"+story+".txtar")
		found := false
		for _, d := range told.Decided {
			if d.Type != "rescue" || found {
				continue
			}
			found = true
			require.Equal(t, want.channel, d.Channel, story)
			require.Equal(t, fmt.Sprintf("value %d of 100, top from 65", want.points), d.Saw[1])
			sum, most := 0, 0
			for _, saw := range d.Saw[2:] {
				var name string
				var points, of int
				_, err := fmt.Sscanf(saw, "%s %d of %d", &name, &points, &of)
				require.NoError(t, err, saw)
				sum, most = sum+points, most+of
			}
			require.Equal(t, []int{want.points, 100}, []int{sum, most}, "the parts add up")
		}
		require.True(t, found, story)
	}
}

func timer(t *testing.T, which string, c profile.Profile, s signs.Signs) thread.Entry {
	t.Helper()
	due := thread.Timer{Flow: name, Name: which, Key: leaving, Due: ten.Add(time.Hour)}
	return turn(t, &flow.Input{Data: due, Timer: due, At: due.Due, Now: due.Due}, c, s)
}

func sample(t *testing.T, data events.Data) events.Event {
	t.Helper()
	e, err := events.New("/shop", "1", ten, data)
	require.NoError(t, err)
	return e
}

// turn is what the flow decides of the customer, with what it remembers.
func turn(t *testing.T, in *flow.Input, c profile.Profile, s signs.Signs) thread.Entry {
	t.Helper()
	f, err := Flow.Make(function.Env{Override: map[string]map[string]string{name: {"HOLDOUT": "0", "CONTROL": "0", "QUIET": "off"}}})
	require.NoError(t, err)
	data, err := json.Marshal(s)
	require.NoError(t, err)
	in.Profile, in.Cause = &c, "cause"
	in.Thread.SetState(name, leaving, thread.State{Data: data})
	out, err := f.Turn(in)
	require.NoError(t, err)
	return out.Entry
}
