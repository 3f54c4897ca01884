package channel

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
)

// frozen is a store whose process stands still after its next commit, as a machine does that
// is moved, or one whose store is slow.
type frozen struct {
	store.Store
	meanwhile func()
}

func (f *frozen) Commit(ctx context.Context, writes ...store.Write) error {
	err := f.Store.Commit(ctx, writes...)
	if thaw := f.meanwhile; thaw != nil {
		f.meanwhile = nil
		thaw()
	}
	return err
}

func TestWhoeverComesToSendAfterTheirClaimHasRunOutDoesNot(t *testing.T) {
	s := open(t)
	a := letter("a1")
	a.Purpose = events.PurposeService
	s.keep(a)
	_, err := s.ask(s.runner(&frozen{s.db, func() {
		s.now = s.now.Add(s.pace.Lease)
		_, err := s.ask(s.runner(s.db), "a1") // another process, which takes the first for dead
		require.NoError(t, err)
		require.Equal(t, 1, s.post.count())
	}}), "a1")
	require.ErrorContains(t, err, "its claim ran out before it could be sent")
	require.Equal(t, 1, s.post.count(), "sent once")
	require.Equal(t, action.Sent, s.action("a1").Status)
}

func TestASendEndsWhileThereIsTimeToMarkItUnderTheClaim(t *testing.T) {
	s := open(t)
	s.keep(letter("a1"))
	left := time.Duration(0)
	s.post.answer = func(ctx context.Context, _ int) error {
		end, _ := ctx.Deadline()
		left = time.Until(end)
		return nil
	}
	late := s.pace.Lease - marking - 200*time.Millisecond // of a timeout of a second
	_, err := s.ask(s.runner(&frozen{s.db, func() { s.now = s.now.Add(late) }}), "a1")
	require.NoError(t, err)
	require.Positive(t, left)
	require.LessOrEqual(t, left, 200*time.Millisecond)
}
