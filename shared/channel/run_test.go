package channel

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store/storetest"
)

func TestAnActionIsSentAndItsCompletionTold(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	db := storetest.Counting(s.db)
	r := s.runner(db)
	reply, err := s.ask(r, "a1")
	require.NoError(t, err)

	require.Equal(t, storetest.Trips{Get: 2, Commit: 2}, db.Trips(), "read, claim, mark; and one read beside the sending")
	require.Equal(t, "a1", s.post.sent[0].Key())
	require.Equal(t, ann, s.post.sent[0].Profile.ID)
	done, err := events.Decode[events.ActionCompleted](*reply)
	require.NoError(t, err)
	require.Equal(t, events.ActionCompleted{ActionID: "a1", At: noon, Provider: "post", Reference: "ref-a1"}, done)
	require.Equal(t, map[string]any{"profileid": ann, "partitionkey": ann, "flow": "basketrecovery", "channel": "email"}, reply.Extensions())
	a := s.action("a1")
	require.Equal(t, action.Sent, a.Status)
	require.Equal(t, 1, a.Attempts)
	require.True(t, a.Lease.IsZero())

	db.Reset()
	s.now = noon.Add(time.Hour)
	again, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, reply.String(), again.String(), "a redelivery is answered with the same event")
	require.Equal(t, 1, s.post.count())
	require.Equal(t, storetest.Trips{Get: 1}, db.Trips())
}

func TestSixteenCopiesAtOnceSendOnce(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	s.post.answer = func(context.Context, int) error { time.Sleep(20 * time.Millisecond); return nil }
	runners := []*runner{s.runner(s.db), s.runner(s.db)} // two processes
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			reply, err := s.ask(runners[i%2], "a1")
			if err != nil {
				require.Equal(t, http.StatusServiceUnavailable, function.Status(err))
				require.ErrorContains(t, err, "is being sent until")
				return
			}
			require.Equal(t, "a1-completed", reply.ID())
		})
	}
	all.Wait()
	require.Equal(t, 1, s.post.count())
	require.Equal(t, action.Sent, s.action("a1").Status)
}

func TestACustomerWhoWasMergedIsFound(t *testing.T) {
	const bob = "019ce7a4-0000-7b3a-9d42-6f1e8a2b4c70"
	for name, who := range map[string]string{"event names the old one": ann, "event names the new one": bob, "event names nobody": ""} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.keep(letter("a1"), profile.Tombstone(ann, bob), reachable(bob))
			reply, err := s.runner(s.db).handle(t.Context(), asked(t, "a1", who))
			require.NoError(t, err)
			require.Equal(t, bob, events.ProfileID(*reply))
			require.Equal(t, bob, s.post.sent[0].Profile.ID)
			require.Equal(t, action.Sent, s.action("a1").Status)
		})
	}
}

func TestWhatTheProviderSaysDecides(t *testing.T) {
	s := open(t)
	r := s.runner(s.db)
	for name, c := range map[string]struct {
		err    error
		status action.Status
		reason string
	}{
		"nothing special: again":     {errDown, action.Requested, "connection refused"},
		"never":                      {&Fault{Never: true, Err: errors.New("550 no such user")}, action.Failed, "550 no such user"},
		"never, in the suite's word": {function.Neverf("no message"), action.Failed, "no message"},
		"it may have been sent":      {&Fault{Unsure: true, Err: errDown}, action.Unknown, "it may have been sent: connection refused"},
		"an address in the answer":   {&Fault{Never: true, Err: errors.New("550 <Ann@Shop.example>: unknown, call +4512345678")}, action.Failed, "550 <…>: unknown, call …"},
	} {
		t.Run(name, func(t *testing.T) {
			s.post.answer = func(context.Context, int) error { return c.err }
			a := letter("a-" + strings.ReplaceAll(name, " ", "-"))
			s.keep(a)
			reply, err := s.ask(r, a.ID)
			if c.status == action.Requested {
				require.ErrorContains(t, err, c.reason)
				require.NotErrorIs(t, err, errDown, "only what was looked through is passed on")
				require.Equal(t, http.StatusInternalServerError, function.Status(err))
			} else {
				require.NoError(t, err)
				require.Equal(t, c.reason, s.failed(reply).Reason)
				require.Equal(t, "post", s.failed(reply).Provider)
			}
			require.Equal(t, c.status, s.action(a.ID).Status)
			require.Equal(t, c.reason, s.action(a.ID).Reason)
		})
	}
}

func TestAProviderThatComesBackGetsItThen(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	s.post.answer = func(_ context.Context, n int) error {
		if n < 3 {
			return errDown
		}
		return nil
	}
	r := s.runner(s.db)
	for range 2 {
		_, err := s.ask(r, "a1")
		require.Error(t, err)
	}
	_, err := s.ask(r, "a1")
	require.NoError(t, err)
	a := s.action("a1")
	require.Equal(t, action.Sent, a.Status)
	require.Equal(t, 3, a.Attempts)
	require.Empty(t, a.Reason)
}

func TestAProviderThatStaysAwayIsGivenUp(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	s.pace.MaxAttempts = 3
	s.post.answer = func(context.Context, int) error { return errDown }
	r := s.runner(s.db)
	for range 2 {
		_, err := s.ask(r, "a1")
		require.Error(t, err)
	}
	reply, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, "gave up after 3 attempts: connection refused", s.failed(reply).Reason)
	require.Equal(t, action.Failed, s.action("a1").Status)
}

func TestASenderThatHangsOrPanicsDoesNotKeepItsClaim(t *testing.T) {
	s := open(t)
	s.pace.Timeout = 20 * time.Millisecond
	s.keep(letter("a1"), letter("a2"))
	s.post.answer = func(ctx context.Context, _ int) error { <-ctx.Done(); return ctx.Err() }
	_, err := s.ask(s.runner(s.db), "a1")
	require.ErrorContains(t, err, "deadline exceeded")
	require.Equal(t, action.Requested, s.action("a1").Status)

	s.post.answer = func(context.Context, int) error { panic("index out of range") }
	reply, err := s.ask(s.runner(s.db), "a2")
	require.NoError(t, err)
	require.Equal(t, "panic: index out of range", s.failed(reply).Reason)
}

func TestWrongEventsAreNeverTriedAgain(t *testing.T) {
	s := open(t)
	other := letter("a1")
	other.Channel = "sms"
	s.keep(other)
	_, err := s.ask(s.runner(s.db), "a1")
	require.True(t, function.IsNever(err))
	require.EqualError(t, err, `email: action "a1" is for channel "sms": the trigger is wrong`)
	_, err = s.ask(s.runner(s.db), "none")
	require.True(t, function.IsNever(err))
	require.EqualError(t, err, `email: action "none": there is none`)
	e := asked(t, "a1", ann)
	e.DataEncoded = []byte(`{"action_id":7}`)
	_, err = s.runner(s.db).handle(t.Context(), e)
	require.True(t, function.IsNever(err))
}

func TestAnActionThatWentWithItsCustomerIsLetBe(t *testing.T) {
	s := open(t)
	s.keep(profile.Profile{ID: ann, Erased: noon})
	reply, err := s.ask(s.runner(s.db), "erased-with-ann")
	require.NoError(t, err)
	require.Nil(t, reply)
}
