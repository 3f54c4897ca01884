package socialcare

import (
	"context"
	"fmt"
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
)

const elsa = "01957e4a-6f00-7000-8000-000000000002"

var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// desk is the flow with one customer, on a store of its own.
type desk struct {
	*testing.T
	db  store.Store
	fn  *function.Function
	now time.Time
	n   int
}

func open(t *testing.T) *desk {
	d := &desk{T: t, db: memory.New(), now: monday}
	w, err := profile.Write(profile.Profile{ID: elsa}, 0)
	require.NoError(t, err)
	require.NoError(t, d.db.Commit(t.Context(), w))
	d.fn, err = Flow.Spec().New(function.Env{Store: d.db, Now: func() time.Time { return d.now }})
	require.NoError(t, err)
	return d
}

// event is one of its own that tells of data.
func (d *desk) event(data events.Data) events.Event {
	d.n++
	e, err := events.New("/listening", fmt.Sprint(d.n), d.now, data)
	require.NoError(d, err)
	return events.Resolved(e, elsa)
}

func (d *desk) deliver(e events.Event) *events.Event {
	d.Helper()
	d.now = d.now.Add(time.Hour)
	reply, err := d.fn.Guard()(context.Background(), e)
	require.NoError(d, err)
	return reply
}

func (d *desk) post(id, thread, text string) events.Event {
	return d.event(events.SocialMentioned{Platform: "instagram", PostID: id, ThreadID: thread, Handle: "elsa", Text: text, Language: "en"})
}

// chatter is as much as makes the flow's trail forget all that came before.
func (d *desk) chatter() {
	for i := range 13 {
		id := fmt.Sprint("angry-", d.n, "-", i)
		d.deliver(d.post(id, "", "Terrible service, I am so angry!"))
	}
	require.NotContains(d, fmt.Sprint(d.thread().Flows["socialcare"].Trail), "thanks", "the trail has forgotten")
}

func (d *desk) thread() thread.Thread {
	docs, err := d.db.Get(context.Background(), thread.Key(elsa))
	require.NoError(d, err)
	th, err := thread.Read(docs[0])
	require.NoError(d, err)
	return th
}

func (d *desk) actions() (all []string) {
	for _, a := range d.asked() {
		all = append(all, a.Step)
	}
	return all
}

func (d *desk) asked() (all []action.Action) {
	for doc, err := range d.db.Query(context.Background(), store.Query{Collection: action.Collection}) {
		require.NoError(d, err)
		a, err := action.Read(doc)
		require.NoError(d, err)
		all = append(all, a)
	}
	return all
}

func TestATicketSaysWhereItsConversationIsSoThatItIsTheSameForWhoeverIsInIt(t *testing.T) {
	d := open(t)
	d.deliver(d.post("nice", "talk", "I love this shop, wonderful service!"))
	d.deliver(d.post("broken", "talk", "Terrible service, I am so angry!"))
	require.Len(t, d.asked(), 2)
	for _, a := range d.asked() {
		require.Equal(t, "instagram", a.Content.Ticket.Where, a.Step)
		require.Equal(t, "talk", a.Content.Ticket.Thread, a.Step)
	}
}

func TestAPraiseThatComesOnceMoreLongAfterCountsOnce(t *testing.T) {
	d := open(t)
	first := d.post("first", "", "I love this shop, wonderful service!")
	thanks := d.deliver(first)
	d.deliver(d.post("second", "", "I love this shop, wonderful service!"))
	d.chatter()
	again := d.deliver(first)
	require.Equal(t, events.ActionRequested{}.Type(), again.Type(), "two praises make no ambassador")
	require.Equal(t, thanks.ID(), again.ID())
	third := d.deliver(d.post("third", "", "I love this shop, wonderful service!"))
	require.Equal(t, events.SegmentChanged{}.Type(), third.Type())
}

func TestAComplaintThatComesOnceMoreDoesNotOpenItsConversationAgain(t *testing.T) {
	d := open(t)
	complaint := d.post("broken", "talk", "Terrible service, I am so angry!")
	opened := d.deliver(complaint)
	d.deliver(d.event(events.ServiceResolved{TicketID: "talk"}))
	d.chatter()
	require.Equal(t, opened.ID(), d.deliver(complaint).ID())
	require.Nil(t, d.deliver(d.post("hours", "talk", "When do you open?")), "customer service is done with it")
}

func TestAPraiseThatComesOnceMoreAfterItsConversationBecameAComplaintIsNotTold(t *testing.T) {
	d := open(t)
	praise := d.post("nice", "talk", "I love this shop, wonderful service!")
	d.deliver(praise)
	d.deliver(d.post("broken", "talk", "Terrible service, I am so angry!"))
	d.chatter()
	before := d.actions()
	d.deliver(praise)
	require.ElementsMatch(t, before, d.actions())
}

func TestAPostOfLongAgoIsNoWorkForCustomerService(t *testing.T) {
	d := open(t)
	broken, nice := d.post("broken", "", "Terrible service, I am so angry!"), d.post("nice", "", "I love this shop, wonderful service!")
	d.now = monday.Add(14*24*time.Hour - 2*time.Hour)
	late := d.post("late", "", "Terrible service, I am so angry!")
	late.SetTime(monday)
	require.NotNil(t, d.deliver(late), "two weeks late, as after an outage")
	d.now = monday.Add(15 * 24 * time.Hour)
	require.Nil(t, d.deliver(broken), "as all of a year comes with a new source")
	require.Nil(t, d.deliver(nice))
	require.Equal(t, []string{"complaint late"}, d.actions())
}

func TestTwoWhoTurnOutToBeOneAndPraisedUsTwiceEachAreAnAmbassador(t *testing.T) {
	d := open(t)
	for _, id := range []string{"a", "b"} {
		d.deliver(d.post(id, "", "I love this shop, wonderful service!"))
	}
	var guest thread.Thread
	for _, id := range []string{"c", "d"} {
		guest.Touch(thread.Contact{At: monday, Flow: "socialcare", Key: id, Step: "thanks " + id, Action: id, Kind: "ticket"})
	}
	docs, err := d.db.Get(t.Context(), thread.Key(elsa))
	require.NoError(t, err)
	w, err := thread.Write(thread.Merge(d.thread(), guest), docs[0].Version)
	require.NoError(t, err)
	require.NoError(t, d.db.Commit(t.Context(), w))
	fifth := d.deliver(d.post("e", "", "I love this shop, wonderful service!"))
	require.Equal(t, events.SegmentChanged{}.Type(), fifth.Type())
}

func TestAComplaintThatWasSettledStaysSoHoweverMuchIsSaidAfterIt(t *testing.T) {
	d := open(t)
	d.deliver(d.post("broken", "", "Terrible service, I am so angry!"))
	d.deliver(d.post("late", "", "Terrible service, I am so angry!"))
	th := d.thread()
	require.True(t, th.ToMend(d.now))
	d.deliver(d.event(events.ServiceResolved{TicketID: "broken"}))
	for i := range 25 {
		d.deliver(d.post(fmt.Sprint("nice", i), "", "I love this shop, wonderful service!"))
	}
	th = d.thread()
	open := th.Complaints(d.now)
	require.Len(t, open, 1)
	require.Equal(t, "late", open[0].Key)
	d.deliver(d.event(events.ServiceResolved{TicketID: "late"}))
	th = d.thread()
	require.False(t, th.ToMend(d.now), "settled though the flow had forgotten the conversation")
}
