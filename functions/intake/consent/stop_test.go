package consent

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// anna has said yes to everything.
func (s *shop) anna() string {
	s.Helper()
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: events.ConsentAll, Purpose: events.PurposeMarketing, Granted: true}))
	id := s.owner("email", "anna@shop.example")
	require.NotEmpty(s, id)
	return id
}

// deed is an action that a flow decided on for anna.
func (s *shop) deed(who, id, channel string, content action.Content, change ...func(*action.Action)) action.Action {
	a := action.Action{ID: id, Kind: content.Kind(), Channel: channel, Flow: "story", Key: id, Step: "1", Profile: who,
		Purpose: events.PurposeMarketing, Created: s.clock(), Status: action.Requested, Content: content}
	for _, f := range change {
		f(&a)
	}
	s.keep(a)
	return a
}

func letterTo(name string) action.Content {
	return action.Content{Message: &words.Message{Subject: "Hello " + name, Heading: "Hello"}}
}

func into(audience string) action.Content {
	return action.Content{Audience: &action.Audience{Name: audience}}
}

func out(audience string) action.Content {
	return action.Content{Audience: &action.Audience{Name: audience, Remove: true}}
}

func sent(a *action.Action)    { a.Status = action.Sent }
func service(a *action.Action) { a.Purpose = events.PurposeService }

func (s *shop) withdraws(channel events.ConsentChannel) {
	s.pass(time.Minute)
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: channel, Purpose: events.PurposeMarketing}))
}

func TestWhoWithdrawsConsentGetsNothingThatWasWaiting(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.deed(id, "mail", "email", letterTo("Anna"))
	s.deed(id, "mail-sent", "email", letterTo("Anna"), sent)
	s.deed(id, "about-order", "email", letterTo("Anna"), service)
	s.deed(id, "ticket", "ticket", action.Content{Ticket: &action.Ticket{Subject: "Call her"}})
	s.deed(id, "audience", "audience", into("visitors"))
	s.withdraws(events.ConsentEmail)

	mail := s.action("mail")
	require.Equal(t, action.Cancelled, mail.Status)
	require.Equal(t, "consent withdrawn", mail.Reason)
	require.Equal(t, s.clock(), mail.Done)
	require.Equal(t, action.Sent, s.action("mail-sent").Status)
	for _, still := range []string{"about-order", "ticket", "audience"} {
		require.Equal(t, action.Requested, s.action(still).Status, still)
	}
}

func TestABounceAndAComplaintStopWhatWasWaiting(t *testing.T) {
	for name, c := range map[string]struct {
		data   func(common events.Common) events.Data
		status action.Status
		reason string
	}{
		"hard bounce": {func(c events.Common) events.Data {
			return events.MessageBounced{Common: c, ActionID: "first", Kind: events.BounceHard}
		}, action.Cancelled, "address bounced"},
		"soft bounce": {func(c events.Common) events.Data {
			return events.MessageBounced{Common: c, ActionID: "first", Kind: events.BounceSoft}
		}, action.Requested, ""},
		"a device of several": {func(c events.Common) events.Data {
			return events.MessageBounced{Common: c, ActionID: "first", Kind: events.BounceHard, Address: "h"}
		}, action.Requested, ""},
		"complaint": {func(c events.Common) events.Data { return events.MessageComplained{Common: c, ActionID: "first"} }, action.Cancelled, "customer complained"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			id := s.anna()
			s.deed(id, "first", "email", letterTo("Anna"), sent)
			s.deed(id, "second", "email", letterTo("Anna"))
			s.pass(time.Minute)
			s.tell(s.said(c.data(who("profile", id))))
			second := s.action("second")
			require.Equal(t, c.status, second.Status)
			require.Equal(t, c.reason, second.Reason)
		})
	}
}

// TestWhoWantsNoMorePostLeavesThePrintListsAlone has an audience of the same name, which is
// about advertisements.
func TestWhoWantsNoMorePostLeavesThePrintListsAlone(t *testing.T) {
	s := open(t)
	id := s.anna()
	listed := into("autumn")
	listed.Audience.Print = &action.Print{Worth: events.Money{Amount: 50, Currency: "DKK"}}
	s.deed(id, "in-1", "audience", listed, sent)
	s.deed(id, "in-2", "audience", into("autumn"), sent)
	s.deed(id, "in-3", "audience", listed)
	s.withdraws(events.ConsentPost)

	require.Equal(t, action.Cancelled, s.action("in-3").Status)
	asked := heard[events.ActionRequested](s)
	require.Len(t, asked, 1)
	require.Equal(t, events.ActionPrint, asked[0].Kind)
	a := s.action(asked[0].ActionID)
	require.Equal(t, &action.Audience{Name: "autumn", Remove: true, Note: "customer asked", Print: &action.Print{}}, a.Content.Audience)
	require.Equal(t, action.Sent, a.Status, a.Reason)
}

func TestWhoWithdrawsFromAdvertisementsLeavesEveryAudience(t *testing.T) {
	for _, channel := range []events.ConsentChannel{events.ConsentAds, events.ConsentAll} {
		t.Run(string(channel), func(t *testing.T) {
			s := open(t)
			id := s.anna()
			s.deed(id, "in-1", "audience", into("visitors"), sent)
			s.deed(id, "in-2", "audience", into("researchers"), sent)
			s.deed(id, "in-3", "audience", into("left-before"), sent)
			s.pass(time.Second)
			s.deed(id, "out-3", "audience", out("left-before"), sent)
			s.deed(id, "in-4", "audience", into("not-yet-in"))
			s.deed(id, "in-5", "audience", into("half-in"), func(a *action.Action) { a.Status, a.Attempts = action.Failed, 8 })
			s.withdraws(channel)

			require.Equal(t, action.Cancelled, s.action("in-4").Status)
			asked := heard[events.ActionRequested](s)
			require.Len(t, asked, 3)
			for i, name := range []string{"visitors", "researchers", "half-in"} {
				a := s.action(asked[i].ActionID)
				require.Equal(t, events.ActionAudience, asked[i].Kind)
				require.Equal(t, &action.Audience{Name: name, Remove: true, Note: "customer asked"}, a.Content.Audience)
				require.Equal(t, action.Sent, a.Status, "the channel has done it")
				require.Equal(t, "consent", a.Flow)
			}
			docs, err := s.raw.Get(t.Context(), thread.Key(id))
			require.NoError(t, err)
			th, err := thread.Read(docs[0])
			require.NoError(t, err)
			require.Len(t, th.Contacts, 3)
			for _, a := range asked {
				require.True(t, slices.ContainsFunc(th.Contacts, func(c thread.Contact) bool { return c.Action == a.ActionID }))
			}
			require.Empty(t, th.Timers)
		})
	}
}

func TestAnAudienceThatFailsDoesNotHoldUpTheOthers(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.deed(id, "in-1", "audience", into("no name of a file!"), sent)
	s.deed(id, "in-2", "audience", into("visitors"), sent)
	s.withdraws(events.ConsentAds)
	asked := heard[events.ActionRequested](s)
	require.Len(t, asked, 2)
	require.Equal(t, action.Failed, s.action(asked[0].ActionID).Status)
	require.Equal(t, action.Sent, s.action(asked[1].ActionID).Status)
}

func TestWhoChangesTheirMindMeanwhileStaysInTheRest(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.deed(id, "in-1", "audience", into("visitors"), sent)
	s.deed(id, "in-2", "audience", into("researchers"), sent)
	s.without("audience")
	s.withdraws(events.ConsentAds)
	s.pass(time.Minute)
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: events.ConsentAds, Purpose: events.PurposeMarketing, Granted: true}))
	asked := heard[events.ActionRequested](s)
	require.Len(t, asked, 1)
	s.finish(asked[0].ActionID, action.Sent)
	require.Len(t, heard[events.ActionRequested](s), 1)
}

// finish is what a channel that was away does in the end.
func (s *shop) finish(id string, status action.Status) {
	a := s.action(id)
	a.Status, a.Done = status, s.clock()
	s.keep(a)
	e, err := events.New("/redthread/audience", id+"-completed", s.clock(), events.ActionCompleted{ActionID: id, At: s.clock()})
	require.NoError(s, err)
	e.SetExtension(events.ExtProfileID, a.Profile)
	e.SetExtension(events.ExtFlow, a.Flow)
	s.tell(e)
}

func TestASecondDeliveryAsksForTheSameRemoval(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.deed(id, "in", "audience", into("visitors"), sent)
	s.without("audience")
	e := events.Resolved(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: events.ConsentAds, Purpose: events.PurposeMarketing}), id)
	s.pass(time.Minute)
	s.withdraws(events.ConsentAds)
	before := s.counts()["actions"]
	one, two := s.deliver(s.consent, e), s.deliver(s.consent, e)
	require.Equal(t, one, two)
	require.Equal(t, "audience", events.Extension(*one, events.ExtChannel))
	require.Equal(t, name, events.Extension(*one, events.ExtFlow))
	require.Equal(t, before+1, s.counts()["actions"], "another withdrawal, another action; each once")
}

func TestAnActionThatIsNoneOfOursIsRefused(t *testing.T) {
	s := open(t)
	id := s.anna()
	a := s.deed(id, "in", "audience", into("visitors"), sent)
	e, err := events.New("/redthread/audience", "x", noon, events.ActionCompleted{ActionID: a.ID, At: noon})
	require.NoError(t, err)
	_, err = s.consent.Handle(t.Context(), events.Resolved(e, id))
	require.ErrorContains(t, err, `action "in" of flow "story" is none of ours: the trigger is wrong`)
	require.True(t, function.IsNever(err))
}
