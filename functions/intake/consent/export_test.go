package consent

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/words"
)

func (s *shop) asksForAll() events.ExportCompleted {
	s.Helper()
	s.tell(s.said(events.ExportRequested{Common: who("email", "anna@shop.example"), RequestedBy: events.RequestedByCustomer}))
	done := heard[events.ExportCompleted](s)
	require.NotEmpty(s, done)
	return done[len(done)-1]
}

// web serves the pages, and returns an address of the shop as it is here.
func (s *shop) web() func(link string) string {
	server := httptest.NewServer(s.consent.Pages)
	s.Cleanup(server.Close)
	return func(link string) string {
		require.True(s, strings.HasPrefix(link, "https://shop.example/"), link)
		return server.URL + strings.TrimPrefix(link, "https://shop.example")
	}
}

func (s *shop) fetch(url string) (*http.Response, string) {
	s.Helper()
	res, err := http.Get(url)
	require.NoError(s, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(s, err)
	return res, string(text)
}

// handed is an export as a customer gets it.
type handed struct {
	Profile     profile.Profile
	Thread      map[string]any
	Consents    []profile.Consent
	Actions     []map[string]any
	Journal     []profile.Entry
	Identities  []map[string]string
	Deadletters []map[string]any
	Receipts    []receipt
	Exported    time.Time
	Receipt     string
}

func TestAllThatIsHeldIsHandedOut(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	address := s.web()
	done := s.asksForAll()
	require.Equal(t, map[string]int{"profile": 1, "thread": 1, "consents": 1, "actions": 4, "journal": 10, "identities": 8, "deadletters": 2}, done.Collections)

	res, text := s.fetch(address(done.Location))
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "application/json", res.Header.Get("Content-Type"))
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	require.Equal(t, `attachment; filename="`+done.ReceiptID+`.json"`, res.Header.Get("Content-Disposition"))
	var got handed
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&got))
	require.Equal(t, s.profile(id), got.Profile)
	require.Equal(t, id, got.Thread["profile"])
	require.Len(t, got.Actions, 4)
	require.Len(t, got.Journal, 10)
	require.Len(t, got.Deadletters, 2)
	require.Equal(t, done.ReceiptID, got.Receipt)
	require.Equal(t, []string{"email:anna@shop.example"}, got.Consents[0].Identifiers)
	var types []string
	for _, i := range got.Identities {
		types = append(types, i["type"])
	}
	require.ElementsMatch(t, []string{"email", "login", "phone", "loyalty_card", "cookie", "cookie", "device", "instagram"}, types)
	for _, yes := range traces {
		if yes != "20112233" && yes != "anna is moving" && yes != "dear anna" {
			require.Contains(t, strings.ToLower(text), yes)
		}
	}
	require.NotContains(t, text, "bo@shop.example")
}

func TestAnExportExpires(t *testing.T) {
	s := open(t)
	s.livesHere()
	address := s.web()
	link := address(s.asksForAll().Location)
	s.pass(7*24*time.Hour - time.Second)
	res, _ := s.fetch(link)
	require.Equal(t, 200, res.StatusCode)
	s.pass(2 * time.Second)
	res, text := s.fetch(link)
	require.Equal(t, http.StatusGone, res.StatusCode)
	require.Contains(t, text, "Linket er for gammelt")
	require.Zero(t, s.counts()["exports"])

	res, _ = s.fetch(strings.Replace(link, "?t=", "?t=x", 1))
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
}

func TestALinkToUnsubscribeDoesNotOpenAnExport(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	address := s.web()
	done := s.asksForAll()
	for purpose, claims := range map[string]words.Claims{
		"unsubscribe": {Profile: id, Action: done.ReceiptID},
		"export":      {Profile: "somebody-else", Action: done.ReceiptID},
	} {
		res, _ := s.fetch(address(s.clerk.links.Sign("export", purpose, claims, noon.Add(24*time.Hour))))
		require.Contains(t, []int{http.StatusBadRequest, http.StatusGone}, res.StatusCode)
	}
}

func TestAnErasureTakesTheExportsAlong(t *testing.T) {
	s := open(t)
	s.livesHere()
	address := s.web()
	link := address(s.asksForAll().Location)
	s.pass(time.Hour)
	s.asksToBeErased()
	s.requireNoTrace(traces...)
	require.Zero(t, s.counts()["exports"])
	require.Equal(t, 1, s.counts()["receipts"], "that of the erasure")
	res, text := s.fetch(link)
	require.Equal(t, http.StatusGone, res.StatusCode)
	require.Contains(t, text, "Der er ikke noget at hente")
}

func TestWhoeverAsksAgainForAnExportGetsTheSame(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	e := events.Resolved(s.said(events.ExportRequested{RequestedBy: events.RequestedByAgent}), id)
	var all sync.WaitGroup
	answers := make([]*events.Event, 8)
	for i := range answers {
		all.Go(func() { answers[i] = s.deliver(s.consent, e) })
	}
	all.Wait()
	s.pass(time.Hour)
	for _, a := range append(answers, s.deliver(s.consent, e)) {
		require.NotNil(t, a)
		require.Equal(t, string(answers[0].Data()), string(a.Data()))
	}
	s.asksToBeErased()
	s.requireNoTrace(traces...)
	require.Nil(t, s.deliver(s.consent, e), "nothing is handed out about who was erased")
}

func TestAnExportIsFoundAfterItsCustomerBecameAnother(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ProductViewed{Common: who("crm_id", "older"), SKU: "chair"}))
	id := s.livesHere()
	e := events.Resolved(s.said(events.ExportRequested{RequestedBy: events.RequestedByAgent}), id)
	first := s.deliver(s.consent, e)
	s.tell(s.said(events.CustomerIdentified{Common: who("crm_id", "older", "email", "anna@shop.example"), How: "clerk"}))
	require.NotEqual(t, id, s.owner("email", "anna@shop.example"))
	again := s.deliver(s.consent, e)
	require.Equal(t, string(first.Data()), string(again.Data()))
	done, err := events.Decode[events.ExportCompleted](*again)
	require.NoError(t, err)
	res, _ := s.fetch(s.web()(done.Location))
	require.Equal(t, 200, res.StatusCode)

	s.pass(time.Minute)
	s.asksToBeErased()
	s.requireNoTrace(traces...)
	require.Zero(t, s.counts()["exports"])
}

func TestAnExportSurvivesAnySingleFailure(t *testing.T) {
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				hole := &swap{}
				s := openOn(t, func(db store.Store) store.Store { hole.Store = db; return hole })
				s.livesHere()
				fault := failing(s.raw, n)
				hole.Store = fault
				done := s.asksForAll()
				hole.Store = s.raw
				require.Equal(t, 10, done.Collections["journal"], "call %d", n)
				_, text := s.fetch(s.web()(done.Location))
				var got handed
				require.NoError(t, json.Unmarshal([]byte(text), &got), "call %d", n)
				require.Len(t, got.Journal, 10)
				if n > fault.Calls() {
					break
				}
			}
		})
	}
}

// TestNothingIsWrittenAboutWhoIsErasedMeanwhile erases the customer before each call
// that an export makes of the store.
func TestNothingIsWrittenAboutWhoIsErasedMeanwhile(t *testing.T) {
	between(t, func(s *shop) events.Event {
		id := s.livesHere()
		return events.Resolved(s.said(events.ExportRequested{RequestedBy: events.RequestedByAgent}), id)
	}, func(s *shop) {
		s.asksToBeErased()
		require.Len(s, heard[events.ErasureCompleted](s), 1)
	}, func(s *shop, _ *events.Event) {
		s.requireNoTrace(traces...)
		require.Zero(s, s.counts()["exports"])
	})
}

func TestALongHistoryIsHandedOutInChunksAsOne(t *testing.T) {
	counter := &storetest.Counter{}
	s := openOn(t, func(db store.Store) store.Store { counter = storetest.Counting(db); return counter })
	s.livesHere()
	long := strings.Repeat("<fjord & blue> ", 400)
	for i := range 500 {
		s.tell(s.said(events.ServiceContacted{Common: who("email", "anna@shop.example"), ContactID: fmt.Sprint("c-", i), Channel: "chat", Text: long}))
	}
	s.tell(s.said(events.ServiceContacted{Common: who("email", "anna@shop.example"), ContactID: "big", Channel: "chat", Text: strings.Repeat("x", 60000)}))
	counter.Reset()
	done := s.asksForAll()
	t.Logf("round trips for 511 events in %d chunks: %+v", s.counts()["exports"]-1, counter.Trips())
	require.Greater(t, s.counts()["exports"], 8)
	require.Less(t, counter.Trips().All(), int64(25))
	_, text := s.fetch(s.web()(done.Location))
	var got handed
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Len(t, got.Journal, 511)
	contacted, err := events.Decode[events.ServiceContacted](got.Journal[100].Event)
	require.NoError(t, err)
	require.Equal(t, long, contacted.Text)
}

func TestAStoreThatFailsInTheMiddleCutsTheDownloadOff(t *testing.T) {
	hole := &swap{}
	s := openOn(t, func(db store.Store) store.Store { hole.Store = db; return hole })
	s.livesHere()
	link := s.web()(s.asksForAll().Location)
	hole.Store = storetest.Losing(s.raw, 2) // the walk fails after its first document
	res, _ := s.fetch(link)
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode, "nothing was said yet")

	hole.Store = &cutShort{s.raw, 3}
	res, err := http.Get(link)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, 200, res.StatusCode)
	_, err = io.ReadAll(res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

// Anna's tablet was Bo's before, and he knows her by the name that she logs in with.
func TestALetterOfSomebodyElseIsNotHandedOut(t *testing.T) {
	s := open(t)
	s.livesHere()
	s.bury("collect", s.said(events.BasketUpdated{Common: who("email", "bo@shop.example", "device", "tablet-1"), BasketID: "of-his-own"}), fmt.Errorf("lines: missing"))
	s.bury("collect", s.said(events.BasketUpdated{Common: who("email", "bo@shop.example"), BasketID: "a gift for anna-77"}), fmt.Errorf("lines: missing"))
	address := s.web()
	_, text := s.fetch(address(s.asksForAll().Location))
	require.NotContains(t, text, "bo@shop.example")

	s.pass(time.Minute)
	s.asksToBeErased()
	s.requireNoTrace(traces...)
	require.Contains(t, fmt.Sprint(s.everything()), "of-his-own", "nor is what is his alone lost")
}
