package ticket

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
)

// said is a word of a conversation of its own.
func said(threadOf, step string, minutes int, t action.Ticket) action.Action {
	t.Thread = threadOf
	return word(step, minutes, t)
}

// The parts share one Request Tracker, each with conversations of its own.
func TestRequestTracker(t *testing.T) {
	r := trackedBy(t)
	for name, part := range map[string]func(*testing.T, *trackers){
		"a conversation is one ticket":                          aConversationIsOneTrackedTicket,
		"the customer hears nothing of it":                      theCustomerHearsNothing,
		"whatever answer is lost, nothing is there twice":       nothingIsTrackedTwice,
		"first words at once are one ticket":                    firstWordsAtOnceAreOneTrackedTicket,
		"two tickets of one conversation become one":            twoTrackedTicketsBecomeOne,
		"a new complaint opens what was resolved":               aComplaintOpensWhatWasResolved,
		"what people have set higher stays":                     whatPeopleHaveSetHigherStays,
		"a long text in many scripts stays whole":               aLongTextStaysWhole,
		"what is wrong with the account is said, and no secret": whatIsWrongWithTheAccountIsSaid,
	} {
		t.Run(name, func(t *testing.T) { part(t, r) })
	}
}

func aConversationIsOneTrackedTicket(t *testing.T, r *trackers) {
	s := r.shop(t, nil)
	first := action.Ticket{Subject: "Klage: @ann på instagram 🪑", Body: "Stolen kom i stykker.", Priority: "normal",
		Due: channeltest.Now.Add(24 * time.Hour), Language: "da", Link: "https://social.example/p/1", Complaint: true}
	second := action.Ticket{Subject: "Klage: @ann på instagram", Body: "Er der nogen?", Priority: "high", Due: channeltest.Now.Add(30 * time.Minute)}
	ids := map[string]bool{}
	third := action.Ticket{Subject: "Klage: @ann på instagram", Body: "Nå.", Priority: "low", Due: channeltest.Now.Add(48 * time.Hour)}
	for n, x := range []action.Ticket{first, second, third, first} {
		did, err := s.Do(said("one", fmt.Sprint(n%3), n, x))
		require.NoError(t, err)
		require.Equal(t, action.Sent, did.Status, did.Reason)
		require.Equal(t, "rt", did.Provider)
		ids[did.Reference] = true
	}
	all := r.of(t, "one")
	require.Len(t, all, 1)
	require.Equal(t, map[string]bool{all[0].ID: true}, ids)
	require.Len(t, all[0].texts, 3, "what comes again is there once")
	require.Equal(t, "Klage: @ann på instagram 🪑", all[0].Subject)
	require.Equal(t, "100", all[0].Priority)
	require.Equal(t, "2026-03-11T12:30:00Z", all[0].Due)
	require.Equal(t, "ann@shop.example", all[0].Requestor[0].ID)
}

func theCustomerHearsNothing(t *testing.T, r *trackers) {
	s := r.shop(t, nil)
	s.Keep(channeltest.Customer(channeltest.Ann, "email:quiet@shop.example"))
	for _, step := range []string{"1", "2"} {
		_, err := s.Do(said("quiet", step, 0, action.Ticket{Subject: "Klage", Body: "what agents are told of the customer", Priority: "high"}))
		require.NoError(t, err)
	}
	require.NotContains(t, r.sent(), "quiet@shop.example")
	ticket := r.of(t, "quiet")[0]
	var did []string
	answer := map[string]string{"Content": "We are sorry!", "ContentType": "text/plain"}
	require.NoError(t, r.root().Call(t.Context(), http.MethodPost, "/ticket/"+ticket.ID+"/correspond", answer, &did))
	require.Contains(t, r.sent(), "quiet@shop.example", "an agent's answer goes to them")
	require.NotContains(t, r.sent(), "what agents are told")
}

func nothingIsTrackedTwice(t *testing.T, r *trackers) {
	for n, request := range []string{"POST /ticket", "POST /ticket/", "PUT /ticket/"} {
		t.Run(request, func(t *testing.T) {
			s := r.shop(t, map[string]string{"RT_URL": r.lossy(t, request)})
			threadOf := fmt.Sprint("lost ", n)
			did, err := s.Do(said(threadOf, "1", 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "high"}))
			require.ErrorContains(t, err, "rt: EOF")
			require.Equal(t, action.Requested, did.Status)
			_, err = s.Ask(did)
			require.NoError(t, err)
			all := r.of(t, threadOf)
			require.Len(t, all, 1)
			require.Len(t, all[0].texts, 1)
			require.Len(t, all[0].Requestor, 1)
		})
	}
}

func firstWordsAtOnceAreOneTrackedTicket(t *testing.T, r *trackers) {
	s := r.shop(t, nil)
	var all sync.WaitGroup
	for n := range 4 {
		a := said("at once", fmt.Sprint(n), n, action.Ticket{Subject: "Klage", Body: fmt.Sprint("word ", n), Priority: "normal"})
		s.Keep(a)
		all.Go(func() {
			_, err := s.Ask(a)
			require.NoError(t, err)
		})
	}
	all.Wait()
	tickets := r.of(t, "at once")
	require.Len(t, tickets, 1)
	require.Len(t, tickets[0].texts, 4)
}

func twoTrackedTicketsBecomeOne(t *testing.T, r *trackers) {
	n := note{about: about{Ticket: id("socialcare", "instagram", "double")}, update: update{Subject: "Klage", Priority: "low"}}
	for range 2 { // as by two processes at once
		_, err := r.tracker().open(t.Context(), n)
		require.NoError(t, err)
	}
	require.Len(t, r.of(t, "double"), 2)
	_, err := r.shop(t, nil).Do(said("double", "1", 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "low"}))
	require.NoError(t, err)
	require.Len(t, r.of(t, "double"), 1)
}

func aComplaintOpensWhatWasResolved(t *testing.T, r *trackers) {
	s := r.shop(t, nil)
	for n, status := range []string{"resolved", "stalled"} {
		_, err := s.Do(said("again", fmt.Sprint("before ", n), 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "low", Due: channeltest.Now}))
		require.NoError(t, err)
		ticket := r.of(t, "again")[0]
		require.NoError(t, r.tracker().change(t.Context(), json.Number(ticket.ID), map[string]any{"Status": status}))
		_, err = s.Do(said("again", fmt.Sprint("after ", n), 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "low", Due: channeltest.Now.Add(time.Hour)}))
		require.NoError(t, err)
		all := r.of(t, "again")
		require.Len(t, all, 1)
		if status == "stalled" {
			require.Equal(t, "stalled", all[0].Status, "that is for whoever put it off")
			continue
		}
		require.Equal(t, "open", all[0].Status)
		require.Equal(t, "2026-03-11T13:00:00Z", all[0].Due, "the time of what is over counts no more")
	}
}

func whatPeopleHaveSetHigherStays(t *testing.T, r *trackers) {
	s := r.shop(t, nil)
	_, err := s.Do(said("higher", "1", 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "low", Due: channeltest.Now.Add(time.Hour)}))
	require.NoError(t, err)
	ticket := r.of(t, "higher")[0]
	set := map[string]any{"Priority": 80, "Due": "2026-03-11 12:10:00", "Requestor": []string{"bo@shop.example"}}
	require.NoError(t, r.tracker().change(t.Context(), json.Number(ticket.ID), set))
	_, err = s.Do(said("higher", "2", 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "normal", Due: channeltest.Now.Add(time.Hour)}))
	require.NoError(t, err)
	ticket = r.of(t, "higher")[0]
	require.Equal(t, "80", ticket.Priority)
	require.Equal(t, "2026-03-11T12:10:00Z", ticket.Due)
	require.Equal(t, "bo@shop.example", ticket.Requestor[0].ID)
}

func aLongTextStaysWhole(t *testing.T, r *trackers) {
	body := strings.Repeat("Stolen er i stykker, æøåÆØÅ ß 椅子 🪑👩🏽‍🔧. \"<b>'\\\n", 1000)
	_, err := r.shop(t, nil).Do(said("long", "1", 0, action.Ticket{Subject: "Klage\nover to linjer", Body: body, Priority: "low"}))
	require.NoError(t, err)
	ticket := r.of(t, "long")[0]
	require.Equal(t, "Klage over to linjer", ticket.Subject)
	require.True(t, strings.HasPrefix(ticket.texts[0], strings.TrimSpace(body)+"\n\nThread: long\nredthread t-"), ticket.texts[0][len(ticket.texts[0])-200:])
}

func whatIsWrongWithTheAccountIsSaid(t *testing.T, r *trackers) {
	for why, c := range map[string]struct {
		settings map[string]string
		said     string
	}{
		"the token is wrong":      {map[string]string{"RT_TOKEN": "1-14-hushhushhush"}, "rt answered 401 Unauthorized"},
		"the queue is none":       {map[string]string{"RT_QUEUE": "Nowhere"}, `rt answered 403 Forbidden: no tickets can be opened in the queue "Nowhere" of RT_QUEUE`},
		"the queue is not for us": {map[string]string{"RT_QUEUE": "General"}, `rt answered 403 Forbidden: no tickets can be opened in the queue "General" of RT_QUEUE`},
		"a right is missing":      {map[string]string{"RT_TOKEN": r.tokens["newcomer"]}, "rt says Permission Denied: the user of RT_TOKEN lacks a right"},
		"somebody else is there":  {map[string]string{"RT_URL": r.url + "/elsewhere"}, "rt answered"},
		"nobody is there":         {map[string]string{"RT_URL": "http://127.0.0.1:1"}, "connection refused"},
	} {
		t.Run(why, func(t *testing.T) {
			s := r.shop(t, c.settings)
			did, err := s.Do(said(why, "1", 0, action.Ticket{Subject: "Klage", Body: "b", Priority: "high"}))
			require.ErrorContains(t, err, c.said)
			require.Equal(t, action.Requested, did.Status, "somebody can see to it: it is tried again")
			for _, secret := range []string{"hush", r.tokens["redthread"], r.tokens["newcomer"], "ann@"} {
				require.NotContains(t, err.Error()+did.Reason+s.Logged(), secret)
			}
		})
	}
}
