package consent

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
)

// traces are what a customer leaves behind: whatever of it is found after an erasure
// was forgotten.
var traces = []string{"anna@shop", "annabritta", "lindqvist", "anna-77", "annas_chairs", "of-anna", "dear anna", "hello anna", "anna's", "to anna", "anna is moving", "+4520112233", "20112233", "member-77", "cookie-of-anna", "fjordblue", "graduation", "my chair wobbles", "basket-of-hers"}

// livesHere gives the shop a customer with all that one can have, and returns her id.
// She browsed before she was known, under two cookies, and shares a tablet with bo.
func (s *shop) livesHere() string {
	s.Helper()
	chair := events.Line{SKU: "chair", Name: "Chair", Quantity: 1, Price: events.Money{Amount: 5000, Currency: "DKK"}}
	tell := func(data events.Data) {
		s.pass(time.Minute)
		s.tell(s.said(data))
	}
	tell(events.ProductViewed{Common: who("cookie", "cookie-of-anna-1"), SKU: "chair", Category: "fjordblue"})
	tell(events.PageViewed{Common: who("cookie", "cookie-of-anna-2"), Kind: "search", Query: "graduation present"})
	tell(events.CustomerSignedUp{Common: who("login", "anna-77", "email", "Anna@Shop.Example", "cookie", "cookie-of-anna-1"),
		Traits: events.Traits{"first_name": "Annabritta", "last_name": "Lindqvist"}})
	tell(events.CustomerIdentified{Common: who("login", "anna-77", "phone", "20 11 22 33", "loyalty_card", "member-77", "cookie", "cookie-of-anna-2"), How: "login"})
	tell(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: events.ConsentAll, Purpose: events.PurposeMarketing, Granted: true, Text: "Yes, write to Anna"})
	tell(events.CustomerIdentified{Common: who("email", "bo@shop.example", "device", "tablet-1"), How: "login"})
	tell(events.CustomerIdentified{Common: who("email", "anna@shop.example", "device", "tablet-1"), How: "login"})
	tell(events.BasketUpdated{Common: who("email", "anna@shop.example"), BasketID: "basket-of-hers", Lines: []events.Line{chair}, Total: chair.Price})
	tell(events.SocialMentioned{Common: who("email", "anna@shop.example"), Platform: "instagram", PostID: "p-1", Handle: "@annas_chairs", Text: "My chair wobbles"})
	tell(events.OrderPlaced{Common: inWeb(who("email", "anna@shop.example")), OrderID: "o-1", Lines: []events.Line{chair}, Total: chair.Price, Delivery: "ship"})
	id := s.owner("email", "anna@shop.example")

	s.deed(id, "letter-1", "email", letterTo("Anna"), sent)
	s.deed(id, "letter-2", "email", letterTo("Anna"))
	s.deed(id, "advert-1", "audience", into("visitors"), sent)
	s.deed(id, "ticket-1", "ticket", action.Content{Ticket: &action.Ticket{Subject: "Anna's chair wobbles"}}, sent, func(a *action.Action) { a.Reference = "t-5150" })
	s.keep(thread.Thread{Profile: id, Contacts: []thread.Contact{{At: s.clock(), Flow: "basketrecovery", Key: "basket-of-hers", Action: "letter-1", Kind: "message"}},
		Flows:  map[string]thread.Flow{"basketrecovery": {Keys: map[string]thread.State{"basket-of-hers": {Updated: s.clock()}}}},
		Timers: []thread.Timer{{Flow: "basketrecovery", Name: "left", Key: "basket-of-hers", Due: s.clock().Add(time.Hour)}}})
	for file, text := range map[string]string{"letter-1.eml": "Dear Anna", "tickets/t-5150.json": "Anna's chair wobbles", "someone-elses.eml": "Dear Bo"} {
		path := filepath.Join(s.settings["OUTBOX"], file)
		require.NoError(s, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(s, os.WriteFile(path, []byte(text), 0o600))
	}
	s.bury("email", events.Resolved(s.said(events.ProductViewed{SKU: "chair"}), id), fmt.Errorf("anna@shop.example: mailbox full"))
	s.bury("collect", s.said(events.BasketUpdated{Common: who("email", " ANNA@shop.example"), BasketID: "broken"}), fmt.Errorf("lines: missing"))
	s.bury("collect", s.said(events.BasketUpdated{Common: who("email", "bo@shop.example"), BasketID: "broken"}), fmt.Errorf("lines: missing"))
	s.pass(time.Hour)
	return id
}

func inWeb(c events.Common) events.Common {
	c.Place = events.PlaceWeb
	return c
}

func (s *shop) asksToBeErased() {
	s.tell(s.said(events.ErasureRequested{Common: who("email", "anna@shop.example"), RequestedBy: events.RequestedByCustomer, Reason: "Anna is moving"}))
}

// bos are the documents of those who stay.
func (s *shop) bos(anna string) map[string]string {
	all := s.everything()
	maps.DeleteFunc(all, func(key, text string) bool { return !strings.Contains(key+text, "bo@shop.example") })
	require.Greater(s, len(all), 2)
	return all
}

func TestNothingIsLeftOfWhoIsErased(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	tablet, bo := s.owner("device", "tablet-1"), s.owner("email", "bo@shop.example")
	require.Equal(t, id, tablet, "she was the last one to log in")
	others := s.bos(id)
	ids, err := s.clerk.ids(t.Context(), id)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(ids), 2, "she was several before she was known")
	before := s.counts()
	s.asksToBeErased()

	s.requireNoTrace(traces...)
	require.Equal(t, others, s.bos(id), "others are left as they were")
	require.Equal(t, bo, s.owner("email", "bo@shop.example"))
	require.Empty(t, s.owner("device", "tablet-1"))
	docs, err := s.raw.Get(t.Context(), profile.Key(id), thread.Key(id))
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"`+id+`","erased":"`+s.clock().Format(time.RFC3339)+`"}`, string(docs[0].Data))
	require.JSONEq(t, `{"profile":"`+id+`"}`, string(docs[1].Data))
	require.Equal(t, s.clock().Add(30*24*time.Hour), docs[1].Expires)

	done := heard[events.ErasureCompleted](s)
	require.Len(t, done, 1)
	require.Equal(t, map[string]int{"profiles": len(ids), "threads": len(ids), "journal": 10, "identities": 8, "actions": 5, "deadletters": 2}, done[0].Collections)
	require.Equal(t, before["deadletters"]-2, s.counts()["deadletters"])
	require.Zero(t, s.counts()["actions"])
	require.Equal(t, []string{"audience-visitors.csv", "someone-elses.eml"}, names(s.outbox()))
	asked := heard[events.ActionRequested](s)
	require.Len(t, asked, 1, "the audience was left before the address was gone")
}

func names(paths []string) []string {
	var all []string
	for _, p := range paths {
		all = append(all, filepath.Base(p))
	}
	slices.Sort(all)
	return all
}

func TestAReceiptTellsNothingOfWhomItIsAbout(t *testing.T) {
	s := open(t)
	s.livesHere()
	s.asksToBeErased()
	e := s.told[len(s.told)-1]
	require.Equal(t, "dev.redthread.erasure.completed.v1", e.Type())
	docs, err := s.raw.Get(t.Context(), store.Key{Collection: receipts, ID: e.ID()})
	require.NoError(t, err)
	r, err := readReceipt(ofErasure, docs[0])
	require.NoError(t, err)
	require.True(t, r.done())
	require.Empty(t, r.Identities)
	require.Equal(t, heard[events.ErasureCompleted](s)[0].Collections, r.Collections)
}

func TestWhatIsDeliveredAgainAfterAnErasureBringsNobodyBack(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.asksToBeErased()
	after := s.everything()
	raw := slices.Clone(s.told)
	for _, e := range raw {
		if events.Extension(e, events.ExtFlow) == "storeretarget" {
			continue
		}
		s.tell(e)
	}
	require.Equal(t, after, s.everything())
	first, last := raw[len(raw)-1], s.told[len(s.told)-1]
	require.Equal(t, first.ID(), last.ID(), "whoever asks again is told again")
	require.Equal(t, first.Data(), last.Data())
	require.Equal(t, id, events.ProfileID(last))
}

func TestAnEventThatWasUnderWayFindsNobody(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.asksToBeErased()
	after := s.everything()
	visit := events.Resolved(s.said(events.StoreVisited{StoreID: "aarhus", Via: "geofence", Common: who("email", "anna@shop.example")}), id)
	s.tell(visit)
	require.Equal(t, after, s.everything(), "a flow that gets it says and keeps nothing")
}

func TestSheMayComeBackAsSomebodyNew(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.asksToBeErased()
	s.pass(time.Minute)
	s.tell(s.said(events.CustomerSignedUp{Common: who("email", "anna@shop.example")}))
	anew := s.owner("email", "anna@shop.example")
	require.NotEmpty(t, anew)
	require.NotEqual(t, id, anew)
	require.Empty(t, s.profile(anew).Consents)
}

func TestASecondRequestFindsNothingMore(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	s.asksToBeErased()
	s.pass(time.Minute)
	e := events.Resolved(s.said(events.ErasureRequested{RequestedBy: events.RequestedByAgent}), id)
	answer, err := s.consent.Handle(t.Context(), e)
	require.NoError(t, err)
	done, err := events.Decode[events.ErasureCompleted](*answer)
	require.NoError(t, err)
	require.Empty(t, done.Collections)
}

func TestSomebodyOfWhomNothingIsKnownCanBeErased(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ErasureRequested{Common: who("email", "new@shop.example"), RequestedBy: events.RequestedByCustomer}))
	done := heard[events.ErasureCompleted](s)
	require.Len(t, done, 1)
	require.Equal(t, map[string]int{"profiles": 1, "journal": 1, "identities": 1}, done[0].Collections, "the request itself")
	s.requireNoTrace("new@shop.example")
}

// TestAnErasureSurvivesAnySingleFailure lets each call of the store fail once, before
// or after it is done, while the erasure goes on.
func TestAnErasureSurvivesAnySingleFailure(t *testing.T) {
	for name, failing := range map[string]func(store.Store, int) *storetest.Failure{"failing": storetest.Failing, "losing": storetest.Losing} {
		t.Run(name, func(t *testing.T) {
			var want map[string]int
			for n := 0; ; n++ {
				hole := &swap{}
				s := openOn(t, func(db store.Store) store.Store { hole.Store = db; return hole })
				s.livesHere()
				for i := range 20 {
					s.tell(s.said(events.PageViewed{Common: who("email", "anna@shop.example"), Kind: "content", Query: fmt.Sprint("fjordblue ", i)}))
				}
				fault := failing(s.raw, n)
				hole.Store = fault
				s.asksToBeErased()
				hole.Store = s.raw

				s.requireNoTrace(traces...)
				done := heard[events.ErasureCompleted](s)
				require.NotEmpty(t, done)
				if n == 0 {
					want = done[0].Collections
					require.Equal(t, 30, want["journal"])
				}
				require.Equal(t, want, done[0].Collections, "call %d", n)
				if n > fault.Calls() {
					t.Logf("%d calls of the store, each failed once", n-1)
					break
				}
			}
		})
	}
}

// swap is a store that can be exchanged.
type swap struct{ store.Store }

func TestLongHistoriesAreErasedInParts(t *testing.T) {
	counter := &storetest.Counter{}
	s := openOn(t, func(db store.Store) store.Store { counter = storetest.Counting(db); return counter })
	s.livesHere()
	for i := range 2000 {
		s.tell(s.said(events.PageViewed{Common: who("email", "anna@shop.example", "cookie", fmt.Sprint("cookie-of-anna-", i%150)), Kind: "content", Query: fmt.Sprint("fjordblue ", i)}))
	}
	s.clerk.most = store.MaxWrites
	counter.Reset()
	s.asksToBeErased()
	s.requireNoTrace(traces...)
	done := heard[events.ErasureCompleted](s)
	require.Len(t, done, 1)
	require.Equal(t, 2010, done[0].Collections["journal"])
	require.Greater(t, done[0].Collections["identities"], 150)
	trips := counter.Trips()
	t.Logf("round trips for 2,010 events and %d names: %+v", done[0].Collections["identities"], trips)
	require.Less(t, trips.All(), int64(90))
}

func TestAShortHistoryIsErasedInOneCommit(t *testing.T) {
	counter := &storetest.Counter{}
	s := openOn(t, func(db store.Store) store.Store { counter = storetest.Counting(db); return counter })
	s.tell(s.said(events.ProductViewed{Common: who("email", "anna@shop.example"), SKU: "chair"}))
	s.clerk.most = store.MaxWrites
	id := s.owner("email", "anna@shop.example")
	e := events.Resolved(s.said(events.ErasureRequested{RequestedBy: events.RequestedByCustomer}), id)
	counter.Reset()
	_, err := s.consent.Handle(t.Context(), e)
	require.NoError(t, err)
	require.Equal(t, storetest.Trips{Get: 2, Commit: 1, Query: 6}, counter.Trips())
}
