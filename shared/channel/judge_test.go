package channel

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// since is an action, and what has happened since it was decided on.
type since struct {
	action action.Action
	change func(*job)
	want   string // why it is not done; empty: it is
}

// changes are what may happen between a decision and its action, by name.
func changes() map[string]since {
	add := letter("a1")
	add.Kind, add.Channel, add.Content = events.ActionAudience, "audience", action.Content{Audience: &action.Audience{Name: "visitors"}}
	remove := add
	remove.Content.Audience = &action.Audience{Name: "visitors", Remove: true}
	service := letter("a1")
	service.Purpose = events.PurposeService
	ticket := service
	ticket.Kind, ticket.Channel, ticket.Content = events.ActionTicket, "ticket", action.Content{Ticket: &action.Ticket{Thread: "x"}}
	until := func(a action.Action, at time.Time) action.Action { a.Until = at; return a }
	old := func(a action.Action) action.Action { a.Created = noon.Add(-25 * time.Hour); return a }

	no := func(channel events.ConsentChannel) func(*job) {
		return func(j *job) {
			j.profile.Consents = append(j.profile.Consents, profile.Consent{Channel: channel, Purpose: events.PurposeMarketing,
				Identifiers: []string{"email:ann@shop.example"}, Stamp: profile.Stamp{At: noon, By: "later"}})
		}
	}
	goal := func(j *job) {
		j.thread.SetState("basketrecovery", "b-1", thread.State{Updated: noon, Goal: noon})
	}
	otherGoal := func(j *job) {
		j.thread.SetState("basketrecovery", "b-2", thread.State{Updated: noon, Goal: noon})
	}
	later := func(j *job) {
		j.thread.Touch(thread.Contact{At: noon, Flow: "basketrecovery", Key: "b-1", Channel: "audience", Action: "a2"})
	}
	erased := func(j *job) { j.profile, j.gone = profile.Profile{ID: ann, Erased: noon}, true }
	none := func(*job) {}

	return map[string]since{
		"nothing":                                {letter("a1"), none, ""},
		"the goal":                               {letter("a1"), goal, "goal"},
		"the goal of another basket":             {letter("a1"), otherGoal, ""},
		"the goal, for service":                  {service, goal, "goal"},
		"the goal, for a ticket":                 {ticket, goal, "goal"},
		"no to marketing by mail":                {letter("a1"), no(events.ConsentEmail), "suppressed"},
		"no to ads, for a mail":                  {letter("a1"), no(events.ConsentAds), ""},
		"no to ads, for an audience":             {add, no(events.ConsentAds), "suppressed"},
		"erasure":                                {letter("a1"), erased, "suppressed"},
		"erasure, for a ticket":                  {ticket, erased, "suppressed"},
		"the address is gone":                    {letter("a1"), func(j *job) { j.profile.Identifiers = nil }, "unreachable"},
		"a day and an hour":                      {old(letter("a1")), none, "stale"},
		"a day and an hour, for service":         {old(service), none, ""},
		"the last moment that it is of use":      {until(letter("a1"), noon.Add(time.Nanosecond)), none, ""},
		"the time until which it is of use":      {until(letter("a1"), noon), none, "stale"},
		"that time, for service":                 {until(service, noon), none, "stale"},
		"a later word about the audience":        {add, later, "superseded"},
		"a later word, for leaving the audience": {remove, later, ""},
		"the goal, for leaving the audience":     {remove, goal, ""},
		"no to ads, for leaving the audience":    {remove, no(events.ConsentAds), ""},
		"long ago, for leaving the audience":     {old(remove), none, ""},
		"erasure, for leaving the audience":      {remove, erased, "suppressed"},
		"nobody to take out of the audience":     {remove, func(j *job) { j.profile.Identifiers = nil }, "unreachable"},
	}
}

func TestWhatHasHappenedSinceTheDecision(t *testing.T) {
	for name, c := range changes() {
		t.Run(name, func(t *testing.T) {
			j := &job{action: c.action, customer: customer{profile: reachable(ann), thread: thread.Thread{Profile: ann}}}
			c.change(j)
			pace := Pace{MaxAge: 24 * time.Hour, MaxAttempts: 8}
			v := pace.judge(j, false, noon, noon)
			if c.want == "" {
				require.Equal(t, verdict{step: send}, v)
				return
			}
			require.Equal(t, verdict{step: end, status: action.Cancelled, reason: c.want}, v)

			j.action.Status, j.action.Lease = action.Sending, noon.Add(-time.Second)
			v = pace.judge(j, true, noon, noon)
			require.Equal(t, verdict{step: end, status: action.Unknown, reason: c.want, unsure: true}, v, "after a crash nobody knows")
		})
	}
}

func TestACancelledActionIsToldAsFailedAndStaysSo(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	th := thread.Thread{Profile: ann}
	th.SetState("basketrecovery", "b-1", thread.State{Updated: noon, Goal: noon})
	s.keep(th)
	r := s.runner(s.db)
	reply, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, "a1-failed", reply.ID())
	require.Equal(t, "goal", s.failed(reply).Reason)
	require.Equal(t, action.Cancelled, s.action("a1").Status)
	s.keep(thread.Thread{Profile: ann})
	again, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, reply.String(), again.String())
	require.Zero(t, s.post.count())
}
