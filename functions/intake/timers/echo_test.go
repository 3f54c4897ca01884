package timers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// caller is a flow that opens a ticket when its timer comes.
const caller = `
summary: Has service call.
group: flows
triggers: [{type: dev.redthread.product.viewed.v1}, {type: dev.redthread.timer.due.v1}]
goal: dev.redthread.order.placed.v1
purpose: service
priority: normal`

// line is a broker that keeps nothing between the timers and the flow, and the flow.
type line struct {
	*clockwork
	flow    *function.Function
	answers []events.Event // that came through
	last    events.Event   // that the flow was sent
}

func connect(t *testing.T) *line {
	l := &line{clockwork: wind(t, nil)}
	d := flow.Define("basketrecovery", []byte(caller), nil, func(struct{}, words.Texts) flow.Rules {
		return flow.Rules{Handlers: []flow.Handler{
			flow.On(func(v events.ProductViewed) string { return v.SKU }, func(flow.Moment[events.ProductViewed]) flow.Decision { return flow.Nothing("looked") }),
			flow.OnTimer("remind", func(flow.Moment[thread.Timer]) flow.Decision {
				return flow.ActTicket("call", action.Ticket{Thread: "b-1", Subject: "Call"})
			}),
		}}
	})
	f, err := d.Spec().New(function.Env{Store: l.store, Now: func() time.Time { return l.now }})
	require.NoError(t, err)
	l.flow = f
	l.write(profile.Profile{ID: "p-1"})
	return l
}

func (l *line) write(p profile.Profile) {
	docs, err := l.store.Get(l.t.Context(), profile.Key(p.ID))
	require.NoError(l.t, err)
	w, err := profile.Write(p, docs[0].Version)
	require.NoError(l.t, err)
	require.NoError(l.t, l.store.Commit(l.t.Context(), w))
}

// decides has the flow decide on an event.
func (l *line) decides(e events.Event) *events.Event {
	l.last = e
	reply, err := l.flow.Guard()(context.Background(), e)
	require.NoError(l.t, err)
	return reply
}

// through has the broker hand the event to the flow, and its answer to whom it is for, unless that is lost.
func (l *line) through(lost bool) func(events.Event) error {
	return func(e events.Event) error {
		reply := l.decides(e)
		if lost {
			return errors.New("context deadline exceeded")
		}
		if reply != nil {
			l.answers = append(l.answers, *reply)
		}
		return nil
	}
}

// after lets time pass in which the function went to sleep.
func (l *line) after(d time.Duration) {
	l.now = l.now.Add(d)
	l.restart(nil)
}

func (l *line) thread(profile string) thread.Thread {
	docs, err := l.store.Get(l.t.Context(), thread.Key(profile))
	require.NoError(l.t, err)
	th, err := thread.Read(docs[0])
	require.NoError(l.t, err)
	return th
}

// TestWhatAFlowAnswersIsNotLostWithTheTimer though the flow has dropped it by then, and nobody
// remembers that it was sent.
func TestWhatAFlowAnswersIsNotLostWithTheTimer(t *testing.T) {
	l := connect(t)
	l.set("p-1", timer("remind", noon))
	l.fail = l.through(true)
	for range 3 { // the third time, what was to have it answer again was lost twice
		_, err := l.tick()
		require.ErrorContains(t, err, "deadline")
		require.Empty(t, l.ticks(), "not at once: the flow may be at it yet")
		l.after(time.Minute)
	}
	l.fail = l.through(false)
	require.Len(t, l.ticks(), 1)
	require.Len(t, l.answers, 1)
	asked, err := events.Decode[events.ActionRequested](l.answers[0])
	require.NoError(t, err)
	require.Equal(t, action.ID("basketrecovery", "p-1", "b-1", "call"), asked.ActionID)
	require.Empty(t, l.thread("p-1").Timers)
	require.Len(t, l.thread("p-1").Flows["basketrecovery"].Trail, 1, "it was decided once")
	l.after(10 * time.Minute)
	require.Empty(t, l.ticks())
}

func TestAFlowThatDecidesAfterItWasGivenUpAnswersOnceMore(t *testing.T) {
	l := connect(t)
	l.set("p-1", timer("remind", noon))
	l.fail = func(e events.Event) error { l.last = e; return errors.New("context deadline exceeded") }
	_, err := l.tick()
	require.Error(t, err)
	require.NotNil(t, l.decides(l.last), "which nobody hears")
	l.after(time.Minute)
	l.fail = l.through(false)
	require.Len(t, l.ticks(), 1)
	require.Len(t, l.answers, 1)
}

// A timer that no flow has heard of is still there: both come, and it is decided once.
func TestATimerThatNoFlowHasHeardOfComesAgain(t *testing.T) {
	l := connect(t)
	l.set("p-1", timer("remind", noon))
	l.fail = func(events.Event) error { return errors.New("connection refused") }
	_, err := l.tick()
	require.Error(t, err)
	l.after(time.Minute)
	l.fail = l.through(false)
	require.Len(t, l.ticks(), 2)
	require.NotEmpty(t, l.answers)
	for _, a := range l.answers {
		require.Equal(t, l.answers[0].ID(), a.ID())
	}
	require.Empty(t, l.thread("p-1").Timers)
	require.Len(t, l.thread("p-1").Flows["basketrecovery"].Trail, 1)
}

func TestNoEchoIsKeptOfWhoIsGone(t *testing.T) {
	for name, p := range map[string]profile.Profile{
		"erased": {ID: "p-1", Erased: noon}, "merged": {ID: "p-1", MergedInto: "p-2"},
	} {
		t.Run(name, func(t *testing.T) {
			l := connect(t)
			l.set("p-1", timer("remind", noon))
			l.write(profile.Profile{ID: "p-2"})
			l.fail = func(events.Event) error { l.write(p); return errors.New("connection refused") }
			_, err := l.tick()
			require.ErrorContains(t, err, "refused")
			require.Len(t, l.thread("p-1").Timers, 1, "its own, which is another's to take away")
			require.Equal(t, p.MergedInto != "", len(l.thread("p-2").Timers) == 1)
		})
	}
}

// busy is a store in which a thread is written by somebody else, so many times, just before
// it would be by us.
type busy struct {
	store.Store
	l     *line
	times int
}

func (b *busy) Commit(ctx context.Context, writes ...store.Write) error {
	if b.times > 0 {
		b.times--
		b.l.set("p-1", timer("remind", noon))
	}
	return b.Store.Commit(ctx, writes...)
}

func TestAnEchoIsSetInAThreadThatIsWrittenMeanwhileOrTheErrorSaysThatItIsNot(t *testing.T) {
	for times, said := range map[int]string{3: "", 100: "lost 8 races for the thread"} {
		l := connect(t)
		l.set("p-1", timer("remind", noon))
		b := &busy{Store: l.store, l: l}
		l.store = b
		l.restart(nil)
		l.store = b.Store
		l.fail = func(events.Event) error { b.times = times; return errors.New("connection refused") }
		_, err := l.tick()
		require.ErrorContains(t, err, "refused")
		require.ErrorContains(t, err, said)
		require.Equal(t, said == "", len(l.thread("p-1").Timers) == 2)
	}
}
