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
