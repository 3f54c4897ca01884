package profileenrich

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// mette takes mails, and told us nothing.
func mette(t *testing.T) *profile.Profile {
	c := &profile.Profile{ID: "mette"}
	who := events.Common{Customer: events.Identifiers{events.IDEmail: "mette@example.dk"}}
	told(t, c, monday, events.ConsentChanged{Common: who, Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true})
	return c
}

func asking(t *testing.T, settings map[string]string) *flow.Flow {
	all := map[string]string{"HOLDOUT": "0", "CONTROL": "0"}
	for setting, value := range settings {
		all[setting] = value
	}
	f, err := Flow.Make(function.Env{Silent: true, Override: map[string]map[string]string{name: all}})
	require.NoError(t, err)
	return f
}

func TestAQuestionWhosePlaceAnotherMailTookWasNotAsked(t *testing.T) {
	f, c, th := asking(t, nil), mette(t), &thread.Thread{}
	at := monday.Add(10 * time.Hour)
	require.Equal(t, "interests", askedBy(t, f, c, th, at))
	require.True(t, th.Release(th.Contacts[0].Action))
	require.Equal(t, "interests", askedBy(t, f, c, th, at.Add(24*time.Hour)), "and may be asked the next day")
	require.Empty(t, askedBy(t, f, c, th, at.Add(48*time.Hour)))
}

func TestWhoIsSeldomHereIsNotAskedTheSameForEver(t *testing.T) {
	f, c, th := asking(t, map[string]string{"WORTH": "lifestage:0", "LEAST": "0"}), mette(t), &thread.Thread{}
	var asked []string
	for i := range 6 {
		asked = append(asked, askedBy(t, f, c, th, monday.AddDate(0, 0, 120*i).Add(10*time.Hour)))
		th.Contacts = nil // as other flows' mails make a thread forget
	}
	require.Equal(t, []string{"interests", "interests", "first_name", "first_name", "", ""}, asked)
}

func TestWhatLifestageAskedCountsAsAsked(t *testing.T) {
	f, c := asking(t, map[string]string{"WORTH": "newsletteroffers:0"}), mette(t)
	at := monday.Add(10 * time.Hour)
	require.Equal(t, "life_stage", askedBy(t, f, c, &thread.Thread{}, at))
	th := &thread.Thread{Contacts: []thread.Contact{{Flow: "lifestage", Key: "stage", Step: "ask", At: at.AddDate(0, 0, -20)}}}
	require.Equal(t, "first_name", askedBy(t, f, c, th, at))
}
