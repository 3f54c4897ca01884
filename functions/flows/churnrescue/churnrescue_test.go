package churnrescue

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }

// Two profiles that become one keep the later state of the flow, the views and timers of both.
func TestACustomerWhoWasTwoIsDecidedAboutAsOne(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		viewed time.Time
		left   state
		want   string
	}{
		"a look from before it was known whose it was counts": {at.Add(-time.Hour), state{Looks: []time.Time{at}}, "letter"},
		"one that both know of counts once":                   {at, state{Looks: []time.Time{at}}, "too few looks, and not of the top"},
		"either of them asked to be erased":                   {at.Add(-time.Hour), state{Gone: at}, "asked to be erased"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, decided(t, c.viewed, c.left, at.Add(time.Hour)).Entry.Reason)
		})
	}
}

// decided is what the timer comes to of a customer who may be written to.
func decided(t *testing.T, viewed time.Time, left state, due time.Time) flow.Output {
	t.Helper()
	f, err := Flow.Make(function.Env{Override: map[string]map[string]string{name: {"HOLDOUT": "0", "CONTROL": "0", "QUIET": "off"}}})
	require.NoError(t, err)
	who := []string{"email:mette@example.dk"}
	c := profile.Profile{ID: "mette", Views: []profile.View{{Kind: events.PageCancellation, Stamp: profile.Stamp{At: viewed}}},
		Identifiers: []profile.Identifier{{Type: events.IDEmail, Value: "mette@example.dk"}},
		Consents:    []profile.Consent{{Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true, Identifiers: who}}}
	data, err := json.Marshal(left)
	require.NoError(t, err)
	th := thread.Thread{Profile: c.ID}
	th.SetState(name, leaving, thread.State{Data: data})
	timer := thread.Timer{Flow: name, Name: "rescue", Key: leaving, Due: due}
	out, err := f.Turn(&flow.Input{Data: timer, Timer: timer, Cause: "due", At: due, Now: due, Profile: &c, Thread: th})
	require.NoError(t, err)
	return out
}
