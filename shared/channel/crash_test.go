package channel

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

// dying is a store whose process dies: from the moment it is killed nothing it asks
// for is done.
type dying struct {
	store.Store
	dead bool
}

var errKilled = errors.New("killed")

func (d *dying) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	if d.dead {
		return nil, errKilled
	}
	return d.Store.Get(ctx, keys...)
}

func (d *dying) Commit(ctx context.Context, writes ...store.Write) error {
	if d.dead {
		return errKilled
	}
	return d.Store.Commit(ctx, writes...)
}

// killed is a shop with one action whose process was killed after the provider had
// taken it and before that was marked.
func killed(t *testing.T, a action.Action, repeats bool) *shop {
	s := open(t)
	s.keep(a)
	s.post.repeats = repeats
	db := &dying{Store: s.db}
	read := make(chan struct{})
	s.post.answer = func(context.Context, int) error {
		<-read // the read beside the sending must not race with the killing
		db.dead = true
		return nil
	}
	r := s.runner(signalling{db, read})
	_, err := s.ask(r, a.ID)
	require.ErrorIs(t, err, errKilled)
	require.Equal(t, action.Sending, s.action(a.ID).Status)
	s.post.answer = nil
	return s
}

// signalling tells when an action alone was read.
type signalling struct {
	*dying
	read chan struct{}
}

func (s signalling) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	docs, err := s.dying.Get(ctx, keys...)
	if len(keys) == 1 && err == nil {
		close(s.read)
	}
	return docs, err
}

func doubted(t *testing.T) float64 {
	var m dto.Metric
	require.NoError(t, ambiguous.WithLabelValues("email").Write(&m))
	return m.Counter.GetValue()
}

func TestAfterACrashBetweenSendingAndMarking(t *testing.T) {
	service := letter("a1")
	service.Purpose = events.PurposeService
	for name, c := range map[string]struct {
		action  action.Action
		repeats bool
		sent    int
		status  action.Status
	}{
		"marketing is not sent again":                         {letter("a1"), false, 1, action.Unknown},
		"service is sent again, under the same key":           {service, false, 2, action.Sent},
		"a provider that knows the key is simply asked again": {letter("a1"), true, 2, action.Sent},
	} {
		t.Run(name, func(t *testing.T) {
			s := killed(t, c.action, c.repeats)
			r := s.runner(s.db)
			doubts := doubted(t)

			_, err := s.ask(r, "a1")
			require.Equal(t, http.StatusServiceUnavailable, function.Status(err), "the lease may be held by somebody alive")
			require.Equal(t, 1, s.post.count())

			s.now = s.now.Add(s.pace.Lease)
			reply, err := s.ask(r, "a1")
			require.NoError(t, err)
			require.Equal(t, c.sent, s.post.count())
			require.Equal(t, c.status, s.action("a1").Status)
			for _, d := range s.post.sent {
				require.Equal(t, "a1", d.Key())
			}
			require.InDelta(t, 1, doubted(t)-doubts, 0)
			if c.status == action.Unknown {
				require.Equal(t, interrupted, s.failed(reply).Reason)
			}
		})
	}
}

func TestAnActionThatKillsItsProcessIsGivenUp(t *testing.T) {
	s := open(t)
	a := letter("a1")
	a.Purpose, a.Status, a.Attempts, a.Lease = events.PurposeService, action.Sending, 8, noon
	s.keep(a)
	_, err := s.ask(s.runner(s.db), "a1")
	require.NoError(t, err)
	require.Zero(t, s.post.count())
	require.Equal(t, action.Unknown, s.action("a1").Status)
}

// Every single call of the store is made to fail, before it acts and after; what the
// broker then delivers again must end as if nothing had been.
func TestAnySingleFailureOfTheStoreChangesNothing(t *testing.T) {
	for name, broken := range map[string]func(store.Store, int) *storetest.Failure{"not done": storetest.Failing, "done, answer lost": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				s := open(t)
				s.keep(letter("a1"))
				db := broken(s.db, n)
				r := s.runner(db)
				var reply *events.Event
				var err error
				for range 3 {
					if reply, err = s.ask(r, "a1"); err == nil {
						break
					}
				}
				require.NoError(t, err, "call %d", n)
				require.Equal(t, "a1-completed", reply.ID())
				require.Equal(t, 1, s.post.count(), "call %d", n)
				require.Equal(t, action.Sent, s.action("a1").Status)
				if db.Calls() < n {
					require.Greater(t, n, 4)
					return
				}
			}
		})
	}
}

func TestWhatIsMarkedWhenTheWorldWentOnMeanwhile(t *testing.T) {
	meanwhile := func(s *shop, change func(a *action.Action)) {
		s.post.answer = func(context.Context, int) error {
			a := s.action("a1")
			change(&a)
			s.keep(a)
			return nil
		}
	}
	t.Run("an action that was erased stays erased", func(t *testing.T) {
		s := open(t)
		s.keep(letter("a1"))
		s.post.answer = func(context.Context, int) error {
			return s.db.Commit(t.Context(), store.Write{Key: action.Key("a1"), Version: store.Unchecked})
		}
		_, err := s.ask(s.runner(s.db), "a1")
		require.NoError(t, err)
		docs, err := s.db.Get(t.Context(), action.Key("a1"))
		require.NoError(t, err)
		require.False(t, docs[0].Exists())
	})
	t.Run("what another process gave up as unknown is known after all", func(t *testing.T) {
		s := open(t)
		s.keep(letter("a1"))
		meanwhile(s, func(a *action.Action) { a.Status, a.Lease = action.Unknown, time.Time{} })
		_, err := s.ask(s.runner(s.db), "a1")
		require.NoError(t, err)
		require.Equal(t, action.Sent, s.action("a1").Status)
	})
	t.Run("what another process has claimed is that one's", func(t *testing.T) {
		s := open(t)
		s.keep(letter("a1"))
		meanwhile(s, func(a *action.Action) { a.Attempts, a.Lease = 2, a.Lease.Add(time.Minute) })
		_, err := s.ask(s.runner(s.db), "a1")
		require.NoError(t, err)
		require.Equal(t, action.Sending, s.action("a1").Status)
		require.Equal(t, 2, s.action("a1").Attempts)
	})
}

// A flow may take back an action of lower priority as long as nobody has claimed it.
func TestAnActionDisplacedWhileItWasReadIsNotSent(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	r := s.runner(s.db)
	j, err := r.read(t.Context(), "a1", ann)
	require.NoError(t, err)
	displaced := letter("a1")
	displaced.Status, displaced.Reason = action.Cancelled, "displaced by pickupready"
	s.keep(displaced)
	_, err = r.take(t.Context(), j, verdict{step: send})
	require.ErrorIs(t, err, store.ErrConflict)
	reply, err := s.ask(r, "a1")
	require.NoError(t, err)
	require.Equal(t, "displaced by pickupready", s.failed(reply).Reason)
	require.Zero(t, s.post.count())
}
