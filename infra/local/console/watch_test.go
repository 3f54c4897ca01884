package console

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store/memory"
)

// now returns all strands, and the counts.
func (w *town) told() State {
	s, _ := w.console.since(0, keepQuiet+keepTelling)
	return s
}

func last(s State) Strand { return s.Strands[len(s.Strands)-1] }

func TestAnEventItsDecisionAndItsMailAreOneStrand(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	s := last(w.told())
	require.Equal(t, "basket.abandoned.v1", s.Type)
	require.Equal(t, "https://traadogtrae.example/web", s.Source)
	require.NotEmpty(t, s.Profile)
	require.Len(t, s.Decisions, 1)
	d := s.Decisions[0]
	require.Equal(t, []string{"basketrecovery", "act", "reminder-1", "email", "b-1"}, []string{d.Flow, d.Verdict, d.Reason, d.Channel, d.Key})
	require.Contains(t, d.Saw, "reminder 1 of 3")
	require.True(t, d.Outcome.Done)
	require.Equal(t, monday.Format(time.RFC3339), s.At.Format(time.RFC3339), "in the shop's zone")
	require.Equal(t, Counts{Events: 4, Acted: 1, Done: 1}, w.told().Counts)
}

func TestARefusalSaysWhy(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(false), "b-1", "Alpakagarn"))
	d := last(w.told()).Decisions[0]
	require.Equal(t, []string{"refused", "no-consent"}, []string{d.Verdict, d.Reason})
	require.Equal(t, 1, w.told().Counts.Refused)
}

func TestAnEventThatComesTwiceIsOneStrandAndCountsTwice(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	s := last(w.told())
	require.Equal(t, 2, s.Times)
	require.Len(t, s.Decisions, 1)
	require.Equal(t, 5, w.told().Counts.Events)
	require.Equal(t, 1, w.told().Counts.Acted)
}

func TestTwoSourcesMayUseTheSameID(t *testing.T) {
	w := newTown(t)
	for _, source := range []string{"/till", "/web"} {
		e, err := events.New(source, "1", monday.UTC(), events.ProductViewed{SKU: "A"})
		require.NoError(t, err)
		w.console.Event(e)
		w.console.Event(events.Resolved(e, "p-"+source))
	}
	s := w.told().Strands
	require.Len(t, s, 2)
	require.Equal(t, []string{"p-/till", "p-/web"}, []string{s[0].Profile, s[1].Profile})
	w.console.Decided(function.Decided{Flow: "f", Profile: "p-/till", Type: events.ProductViewed{}.Type(), Cause: "1", Verdict: "nothing"})
	require.Len(t, w.told().Strands[0].Decisions, 1)
	require.Empty(t, w.told().Strands[1].Decisions)
}

func TestATimerIsAStrandOfItsOwn(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	w.pass(monday.Add(25 * time.Hour))
	s := last(w.told())
	require.True(t, s.Timer)
	require.Equal(t, "remind", s.Type)
	require.Equal(t, "reminder-2", s.Decisions[0].Reason+s.Decisions[0].Outcome.Reason)
}

func TestADecisionThatWasPutOffComesBackUnderItsOwnName(t *testing.T) {
	w := newTown(t)
	w.set(monday.Add(12 * time.Hour))
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	require.Equal(t, "put off", last(w.told()).Decisions[0].Verdict)
	w.pass(monday.Add(23 * time.Hour))
	s := last(w.told())
	require.Equal(t, "again", s.Type)
	require.Equal(t, "act", s.Decisions[0].Verdict)
	require.Equal(t, 1, w.told().Counts.Waiting)
}

func TestWhatAChannelCouldNotDoIsShownWithItsReason(t *testing.T) {
	w := newTown(t)
	w.failing = function.Neverf("mailbox of mette@example.dk is full")
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	o := last(w.told()).Decisions[0].Outcome
	require.False(t, o.Done)
	require.Equal(t, "mailbox of … is full", o.Reason)
	require.Equal(t, 1, w.told().Counts.Failed)
}

func TestADeadLetterIsOnItsEvent(t *testing.T) {
	w := newTown(t)
	w.say("bad", events.BasketUpdated{Common: w.mette(true)})
	s := last(w.told())
	require.Equal(t, "bad", s.ID)
	require.Equal(t, "collect", s.Letters[0].Function)
	require.Contains(t, s.Letters[0].Reason, "basket_id")
	require.Equal(t, 1, w.told().Counts.DeadLetters)
}

func TestWhatFunctionsTellEachOtherIsNoEventOfItsOwn(t *testing.T) {
	w := newTown(t)
	for _, data := range []events.Data{events.TimerTick{}, events.TimerDue{}, events.ActionRequested{}, events.ExposureRecorded{}, events.ActionCompleted{}, events.ActionFailed{}} {
		e, err := events.New("/redthread/x", "1", monday, data)
		require.NoError(t, err)
		w.console.Event(e)
	}
	segment, err := events.New("/redthread/socialcare", "s", monday, events.SegmentChanged{Segment: "ambassador", Entered: true})
	require.NoError(t, err)
	w.console.Event(segment)
	require.Len(t, w.told().Strands, 1, "it leads to something, but came from nobody outside")
	w.console.reel = newReel()
	w.console.Event(events.Event{})
	w.console.DeadLetter("x", events.Event{}, "")
	require.Empty(t, w.told().Strands)
	require.Zero(t, w.told().Counts.Events)
}

func TestQuietEventsDoNotWashAwayWhatTellsSomething(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	for i := range 3000 {
		e, err := events.New("/web", fmt.Sprint(i), monday, events.ProductViewed{SKU: "A"})
		require.NoError(t, err)
		w.console.Event(e)
	}
	s := w.told().Strands
	require.Len(t, s, keepQuiet+1)
	require.Equal(t, "b-1", s[0].ID)
	for i := range 3000 {
		w.console.Decided(function.Decided{Flow: "f", Type: "t", Cause: fmt.Sprint(i), Verdict: "act", Action: fmt.Sprint("a", i)})
	}
	require.LessOrEqual(t, len(w.told().Strands), keepQuiet+keepTelling)
	r := w.console.reel
	require.LessOrEqual(t, len(r.byCause), keepQuiet+keepTelling, "what is gone is forgotten")
	require.LessOrEqual(t, len(r.byAction), keepQuiet+keepTelling)
	require.Len(t, r.telling, keepTelling)
}

func TestAStrandDoesNotGrowForEver(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	e, err := events.New("/web", "x", monday, events.ProductViewed{SKU: "A"})
	require.NoError(t, err)
	for range 1000 {
		w.console.DeadLetter("f", e, strings.Repeat("reason ", 1000))
	}
	s := last(w.told())
	require.Len(t, s.Letters, maxFollowed)
	require.LessOrEqual(t, len(s.Letters[0].Reason), maxText+len("…"))
}

func TestItMayBeToldFromEverywhereAtOnce(t *testing.T) {
	c := New(Config{Store: memory.New()})
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			for i := range 500 {
				id := fmt.Sprint(g, "-", i)
				e, err := events.New("/web", id, monday, events.ProductViewed{SKU: "A"})
				if err != nil {
					panic(err)
				}
				c.Event(e)
				c.Event(events.Resolved(e, "p"))
				c.Decided(function.Decided{Flow: "f", Profile: "p", Type: e.Type(), Cause: id, Verdict: "act", Action: id})
				c.Done(Outcome{Action: id, Done: true})
				c.DeadLetter("f", e, "no")
				c.since(0, 50)
			}
		})
	}
	all.Wait()
	s, _ := c.since(0, 1000)
	require.Equal(t, Counts{Events: 4000, Acted: 4000, Done: 4000, DeadLetters: 4000}, s.Counts)
	for _, x := range s.Strands {
		require.Len(t, x.Decisions, 1)
		require.True(t, x.Decisions[0].Outcome.Done)
	}
}
