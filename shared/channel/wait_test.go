package channel

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
)

// request is how long a function has for one event.
const request = 25 * time.Second

// patiently asks for an action as a broker does, at once and by the machine's own clock.
func (s *shop) patiently(r *runner, id string) (*events.Event, error) {
	ctx, cancel := context.WithTimeout(s.Context(), request)
	defer cancel()
	return r.handle(ctx, asked(s, id, ann))
}

// claimed is a letter about an order that some process has had for so long.
func (s *shop) claimed(left time.Duration) *runner {
	a := letter("a1")
	a.Purpose, a.Status, a.Attempts, a.Lease = events.PurposeService, action.Sending, 1, time.Now().Add(left)
	s.keep(a)
	s.pace.Timeout = 15 * time.Second
	r := s.runner(s.db)
	r.wall = time.Now
	return r
}

func TestAClaimOfADeadProcessIsWaitedOutIfItIsSoonOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		r, began := s.claimed(9*time.Second), time.Now()
		reply, err := s.patiently(r, "a1")
		require.NoError(t, err)
		require.Equal(t, "a1-completed", reply.ID())
		require.Equal(t, 9*time.Second, time.Since(began).Round(10*time.Millisecond))
	})
}

func TestWhoeverIsSendingIsWaitedForAndTheirAnswerGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		r, began := s.claimed(30*time.Second), time.Now()
		time.AfterFunc(3*time.Second, func() {
			a := s.action("a1")
			a.Status, a.Lease = action.Sent, time.Time{}
			s.keep(a)
		})
		reply, err := s.patiently(r, "a1")
		require.NoError(t, err)
		require.Equal(t, "a1-completed", reply.ID())
		require.Less(t, time.Since(began), 5*time.Second)
		require.Zero(t, s.post.count(), "this process had nothing to send")
	})
}

func TestNobodyWaitsUntilThereIsNoTimeToSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		r, began := s.claimed(30*time.Second), time.Now()
		_, err := s.patiently(r, "a1")
		require.Equal(t, http.StatusServiceUnavailable, function.Status(err))
		require.Equal(t, request-s.pace.Timeout, time.Since(began).Round(time.Second))
	})
}

// leaving is a customer who is to be taken out of an audience, and what put them in, which
// some process has had for so long.
func (s *shop) leaving(left time.Duration) *runner {
	r := s.claimed(left)
	in := s.action("a1")
	in.Kind, in.Step, in.Content = events.ActionAudience, "enter", action.Content{Audience: &action.Audience{Name: "visitors"}}
	out := letter("a2")
	out.Kind, out.Step, out.Content = events.ActionAudience, "bought", action.Content{Audience: &action.Audience{Name: "visitors", Remove: true}}
	t := thread.Thread{Profile: ann}
	for _, a := range []action.Action{in, out} {
		t.Touch(thread.Contact{At: a.Created, Flow: a.Flow, Key: a.Key, Step: a.Step, Action: a.ID, Channel: a.Channel, Kind: string(a.Kind)})
	}
	s.keep(in, out, t)
	return r
}

func TestWhoLeavesAnAudienceDoesNotOvertakeTheirEntry(t *testing.T) {
	for name, c := range map[string]struct {
		left   time.Duration                // of the entry's claim
		change func(in, out *action.Action) // meanwhile
		waited bool
	}{
		"it is being sent":          {3 * time.Second, func(_, _ *action.Action) {}, true},
		"it has been sent":          {3 * time.Second, func(in, _ *action.Action) { in.Status = action.Sent }, false},
		"whoever sent it died":      {-time.Second, func(_, _ *action.Action) {}, false},
		"it is of another audience": {3 * time.Second, func(_, out *action.Action) { out.Content.Audience.Name = "others" }, false},
		"it is another way out":     {3 * time.Second, func(in, _ *action.Action) { in.Content.Audience.Remove = true }, false},
		"it was decided on later":   {3 * time.Second, func(_, out *action.Action) { out.Created = out.Created.Add(-time.Hour) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				r, began := s.leaving(c.left), time.Now()
				in, out := s.action("a1"), s.action("a2")
				c.change(&in, &out)
				s.keep(in, out)
				reply, err := s.patiently(r, "a2")
				require.NoError(t, err)
				require.Equal(t, "a2-completed", reply.ID())
				require.Equal(t, c.waited, time.Since(began) >= 3*time.Second)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		_, err := s.patiently(s.leaving(time.Minute), "a2")
		require.ErrorContains(t, err, `action "a1" is being sent until`)
		require.Zero(t, s.post.count())
	})
}
