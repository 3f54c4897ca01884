package channel

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
)

// counted is a shop with a letter that takes some of its customer's attention.
func counted(t *testing.T, status action.Status) *shop {
	s := open(t)
	a := letter("a1")
	a.Status = status
	th := thread.Thread{Profile: ann}
	th.Touch(thread.Contact{At: a.Created, Flow: a.Flow, Key: a.Key, Step: a.Step, Action: a.ID, Channel: a.Channel,
		Kind: string(a.Kind), Purpose: events.PurposeMarketing})
	th.SetState(a.Flow, a.Key, thread.State{Updated: noon, Goal: noon})
	s.keep(a, th)
	return s
}

// takes tells whether the letter takes attention, and that its step stays taken.
func (s *shop) takes() bool {
	s.Helper()
	c, ok := s.thread().Acted("basketrecovery", "b-1", "reminder-1")
	require.True(s, ok)
	return c.Message()
}

func (s *shop) thread() thread.Thread {
	s.Helper()
	docs, err := s.db.Get(s.Context(), thread.Key(ann))
	require.NoError(s, err)
	th, err := thread.Read(docs[0])
	require.NoError(s, err)
	return th
}

func TestALetterThatIsNotSentGivesTheCustomersAttentionBack(t *testing.T) {
	s := counted(t, action.Requested)
	db := storetest.Counting(s.db)
	r := s.runner(db)
	reply, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, "goal", s.failed(reply).Reason)
	require.False(t, s.takes())
	require.Equal(t, storetest.Trips{Get: 1, Commit: 1}, db.Trips(), "in the commit that cancels it")

	db.Reset()
	_, err = s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, storetest.Trips{Get: 1}, db.Trips(), "once")
}

func TestALetterThatSomebodyElseCancelledGivesItBackWhenItIsAskedFor(t *testing.T) {
	s := counted(t, action.Cancelled)
	_, err := s.ask(s.runner(s.db), "a1")
	require.NoError(t, err)
	require.False(t, s.takes())
}

func TestALetterThatWasOrMayHaveBeenSentKeepsIt(t *testing.T) {
	for _, status := range []action.Status{action.Sent, action.Unknown, action.Failed, action.Sending} {
		s := counted(t, status)
		s.now = s.now.Add(time.Hour) // no claim holds
		_, err := s.ask(s.runner(s.db), "a1")
		require.NoError(t, err)
		require.True(t, s.takes(), status)
	}
}

func TestAttentionIsGivenBackWithTheCancellingOrNotAtAll(t *testing.T) {
	for name, broken := range map[string]func(store.Store, int) *storetest.Failure{"not done": storetest.Failing, "done, answer lost": storetest.Losing} {
		for n := 1; ; n++ {
			s := counted(t, action.Requested)
			db := broken(s.db, n)
			r := s.runner(db)
			for range 3 {
				_, err := s.ask(r, "a1")
				require.Equal(t, s.action("a1").Status != action.Cancelled, s.takes(), "%s, call %d", name, n)
				if err == nil {
					break
				}
			}
			require.False(t, s.takes(), "%s, call %d", name, n)
			if db.Calls() < n {
				require.Greater(t, n, 2)
				break
			}
		}
	}
}

// racing is a store in which a flow writes the thread between a channel's reading and
// its commit, so many times.
type racing struct {
	store.Store
	flow func()
	left int
}

func (r *racing) Commit(ctx context.Context, writes ...store.Write) error {
	if r.left > 0 {
		r.left--
		r.flow()
	}
	return r.Store.Commit(ctx, writes...)
}

func TestWhatAFlowDecidesAtTheSameMomentIsNotLost(t *testing.T) {
	s := counted(t, action.Requested)
	flow := func() {
		th := s.thread()
		th.Touch(thread.Contact{At: noon, Flow: "storeretarget", Key: "visit", Action: "a2"})
		s.keep(th)
	}
	_, err := s.ask(s.runner(&racing{s.db, flow, 1}), "a1")
	require.NoError(t, err)
	require.False(t, s.takes())
	require.Equal(t, action.Cancelled, s.action("a1").Status)
	require.Len(t, s.thread().Contacts, 2)
}
