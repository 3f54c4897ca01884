package flow

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// insistent is a flow that writes when somebody looks at a product, and means to write
// the same once more eight days later, in case it did not.
func insistent(t *testing.T, db store.Store, now *time.Time, name, priority string) *function.Function {
	hello := func() Decision {
		return ActMessage("hello", func() (words.Message, error) { return words.Message{Subject: "Hello"}, nil }, "email")
	}
	manifest := `
summary: Writes twice.
group: flows
triggers: [{type: dev.redthread.product.viewed.v1}, {type: dev.redthread.timer.due.v1}]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: ` + priority
	d := Define(name, []byte(manifest), nil, func(struct{}, words.Texts) Rules {
		return Rules{Handlers: []Handler{
			On(func(v events.ProductViewed) string { return v.SKU }, func(m Moment[events.ProductViewed]) Decision {
				return hello().Then("once more", m.Now.Add(8*24*time.Hour))
			}),
			OnTimer("once more", func(Moment[thread.Timer]) Decision { return hello() }),
		}}
	})
	f, err := d.Spec().New(function.Env{Store: db, Now: func() time.Time { return *now },
		Override: map[string]map[string]string{name: {"CONTROL": "0", "HOLDOUT": "0"}}})
	require.NoError(t, err)
	return f
}

// What was displaced is cancelled for good: there is one action for each step, so that
// a timer which would do it again has to end all the same.
func TestAStepThatWasDisplacedIsNotTriedForEver(t *testing.T) {
	db, now, ctx := memory.New(), monday, context.Background()
	w, err := profile.Write(*customer(t, consent(events.ConsentEmail, true)), 0)
	require.NoError(t, err)
	require.NoError(t, db.Commit(ctx, w))
	low, high := insistent(t, db, &now, "aa", "low"), insistent(t, db, &now, "bb", "high")
	e, err := events.New("/test", "view", monday, events.ProductViewed{SKU: "X"})
	require.NoError(t, err)
	for _, f := range []*function.Function{low, high} {
		_, err = f.Guard()(ctx, events.Resolved(e, "p-1"))
		require.NoError(t, err)
	}
	docs, err := db.Get(ctx, action.Key(action.ID("aa", "p-1", "X", "hello")))
	require.NoError(t, err)
	displaced, err := action.Read(docs[0])
	require.NoError(t, err)
	require.Equal(t, "displaced by bb", displaced.Reason)

	read := func() thread.Thread {
		docs, err := db.Get(ctx, thread.Key("p-1"))
		require.NoError(t, err)
		th, err := thread.Read(docs[0])
		require.NoError(t, err)
		return th
	}
	timer, ok := read().Timer("aa", "X", "once more")
	require.True(t, ok)
	now = timer.Due
	due, err := events.New(thread.WakeSource, timer.WakeID("p-1"), now, events.TimerDue{Timer: timer.Name, Key: timer.Key, Due: timer.Due, SetAt: timer.Set})
	require.NoError(t, err)
	_, err = low.Guard()(ctx, events.Resolved(due, "p-1"))
	require.NoError(t, err)
	_, ok = read().Timer("aa", "X", "once more")
	require.False(t, ok, "the timer has come")
}

// A thread keeps a customer's contacts for a quarter. When a step comes again after that,
// the action is there still: it is done before, and the timer that brought it has come.
func TestAStepThatTheThreadHasForgottenIsDoneBefore(t *testing.T) {
	db, now, ctx := memory.New(), monday, context.Background()
	w, err := profile.Write(*customer(t, consent(events.ConsentEmail, true)), 0)
	require.NoError(t, err)
	require.NoError(t, db.Commit(ctx, w))
	f := insistent(t, db, &now, "aa", "high")
	e, err := events.New("/test", "view", monday, events.ProductViewed{SKU: "X"})
	require.NoError(t, err)
	_, err = f.Guard()(ctx, events.Resolved(e, "p-1"))
	require.NoError(t, err)

	docs, err := db.Get(ctx, thread.Key("p-1"), action.Key(action.ID("aa", "p-1", "X", "hello")))
	require.NoError(t, err)
	before := docs[1]
	th, err := thread.Read(docs[0])
	require.NoError(t, err)
	th.Contacts = nil
	w, err = thread.Write(th, docs[0].Version)
	require.NoError(t, err)
	require.NoError(t, db.Commit(ctx, w))

	timer, ok := th.Timer("aa", "X", "once more")
	require.True(t, ok)
	now = timer.Due
	due, err := events.New(thread.WakeSource, timer.WakeID("p-1"), now, events.TimerDue{Timer: timer.Name, Key: timer.Key, Due: timer.Due, SetAt: timer.Set})
	require.NoError(t, err)
	_, err = f.Guard()(ctx, events.Resolved(due, "p-1"))
	require.NoError(t, err)
	docs, err = db.Get(ctx, thread.Key("p-1"), before.Key)
	require.NoError(t, err)
	th, err = thread.Read(docs[0])
	require.NoError(t, err)
	require.Empty(t, th.Timers, "the timer has come, and does not come again every minute")
	trail := th.Flows["aa"].Trail
	require.Equal(t, "done before", trail[len(trail)-1].Reason)
	require.Equal(t, before.Version, docs[1].Version, "the action stays as it is")
}
