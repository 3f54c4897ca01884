package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
	"redthread.dev/shared/words"
)

// get asks a console for a path, as its own page does.
func get(t *testing.T, c *Console, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "127.0.0.1:8080"
	w := httptest.NewRecorder()
	c.ServeHTTP(w, r)
	return w
}

// got is what a path is answered with.
func got[T any](t *testing.T, c *Console, path string) T {
	t.Helper()
	w := get(t, c, path)
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	var v T
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v))
	return v
}

func TestTheMailIsShownAsTheCustomerSeesIt(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn <b>Dis</b>"))
	mails := got[list](t, w.console, "/api/mails").Mails
	require.Len(t, mails, 1)
	require.Equal(t, "Mette, din kurv venter på dig", mails[0].Subject)
	require.Equal(t, action.Sent, mails[0].Status)
	require.Equal(t, "2026-03-02T10:00:00+01:00", mails[0].At.Format(time.RFC3339))

	a := got[shown](t, w.console, "/api/actions/"+mails[0].Action)
	require.Equal(t, "reminder-1", a.Step)
	require.Equal(t, "Tråd & Træ <hej@traadogtrae.example>", a.From)
	require.Contains(t, a.Text, "Alpakagarn <b>Dis</b>")
	require.Equal(t, "/mail/"+a.ID, a.HTML)

	page := get(t, w.console, a.HTML)
	require.Equal(t, http.StatusOK, page.Code)
	require.Contains(t, page.Body.String(), "Du glemte vist noget")
	require.Contains(t, page.Body.String(), "Alpakagarn &lt;b&gt;Dis&lt;/b&gt;")
	require.Contains(t, page.Body.String(), "/unsubscribe")
	require.Contains(t, page.Header().Get("Content-Security-Policy"), "sandbox")
}

func TestPicturesFromElsewhereAreLoadedOnDemandOnly(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	id := got[list](t, w.console, "/api/mails").Mails[0].Action
	without, with := get(t, w.console, "/mail/"+id), get(t, w.console, "/mail/"+id+"?pictures=1")
	require.NotContains(t, without.Body.String(), "pictures.example")
	require.Contains(t, without.Body.String(), "data:image/svg+xml")
	require.NotContains(t, without.Header().Get("Content-Security-Policy"), "https:")
	require.Contains(t, with.Body.String(), `src="https://pictures.example/yarn.jpg"`)
	require.Contains(t, with.Header().Get("Content-Security-Policy"), "img-src data: http: https:")
}

func TestTheMailIsWrittenAsTheChannelWritesIt(t *testing.T) {
	w := newTown(t)
	w.console.Letter = func(a action.Action) (words.Message, words.EmailOptions) {
		tracked := a.Content.Message.WithLinks(func(string) string { return "https://shop.example/c?t=" + a.ID })
		return tracked, words.EmailOptions{Marketing: true, UnsubscribeURL: "https://shop.example/u?t=" + a.ID}
	}
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	id := got[list](t, w.console, "/api/mails").Mails[0].Action
	html, text := get(t, w.console, "/mail/"+id).Body.String(), got[shown](t, w.console, "/api/actions/"+id).Text
	for _, link := range []string{"https://shop.example/u?t=" + id, "https://shop.example/c?t=" + id} {
		require.Contains(t, html, link)
		require.Contains(t, text, link)
	}
}

func TestWhatIsNoMailIsNotShownAsOne(t *testing.T) {
	w := newTown(t)
	require.Equal(t, http.StatusNotFound, get(t, w.console, "/mail/nothing").Code)
	none := get(t, w.console, "/api/actions/nothing")
	require.Equal(t, http.StatusNotFound, none.Code)
	require.JSONEq(t, `{"error": "action \"nothing\": there is none"}`, none.Body.String())

	w.complain(w.mette(true), "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	ticket := got[list](t, w.console, "/api/tickets").Tickets[0].Updates[0].Action
	mail := get(t, w.console, "/mail/"+ticket)
	require.Equal(t, http.StatusNotFound, mail.Code)
	require.Contains(t, mail.Body.String(), "is a ticket")
}

// complain is a word in public.
func (w *town) complain(who events.Common, id, thread, text string) {
	w.say(id, events.SocialMentioned{Common: who, Platform: "instagram", PostID: id, ThreadID: thread, Handle: "@mette.strik",
		Text: text, Reach: 25000, URL: "https://social.example/" + id})
}

func TestPostsOfOneThreadAreOneTicketUntilItIsResolved(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.complain(who, "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	w.set(w.clock().Add(time.Hour))
	w.complain(who, "ig-2", "ig-1", "Hallo? Er der nogen?")
	tickets := got[list](t, w.console, "/api/tickets").Tickets
	require.Len(t, tickets, 1)
	one := tickets[0]
	require.Equal(t, "high", one.Priority)
	require.True(t, one.Complaint)
	require.False(t, one.Closed)
	require.Contains(t, one.Subject, "@mette.strik")
	require.Len(t, one.Updates, 2)
	require.Contains(t, one.Updates[0].Body, "Elendig service")
	require.Contains(t, one.Updates[1].Body, "Hallo?")

	w.say("done", events.ServiceResolved{Common: who, TicketID: "ig-1", Resolution: "refunded"})
	require.True(t, got[list](t, w.console, "/api/tickets").Tickets[0].Closed)
}

func TestEachCustomersCallIsATicketUntilItIsMade(t *testing.T) {
	w := newTown(t)
	price := events.Money{Amount: 279900, Currency: "DKK"}
	who := []events.Common{
		{Customer: events.Identifiers{"login": "mette"}}, {Customer: events.Identifiers{"login": "jonas"}},
	}
	for i, c := range who {
		c.Place = events.PlaceWeb
		for j := range 8 {
			id := fmt.Sprint("order ", i, "-", j)
			w.say(id, events.OrderPlaced{Common: c, OrderID: id, Total: price, Delivery: events.DeliveryShip,
				Lines: []events.Line{{SKU: "LAMP-OAK", Quantity: 1, Price: price}}})
		}
	}
	w.set(w.clock().Add(time.Hour))
	for i, c := range who {
		w.say(fmt.Sprint("look", i), events.PageViewed{Common: c, Kind: events.PageCancellation})
	}
	w.pass(w.clock().Add(2 * time.Hour))
	tickets := got[list](t, w.console, "/api/tickets").Tickets
	require.Len(t, tickets, 2)
	require.Equal(t, tickets[0].Thread, tickets[1].Thread, "both looked on one day")

	w.say("done", events.ServiceResolved{Common: who[0], TicketID: tickets[0].Thread})
	closed := 0
	for _, t := range got[list](t, w.console, "/api/tickets").Tickets {
		if t.Closed {
			closed++
		}
	}
	require.Equal(t, 1, closed, "Mette was called, Jonas was not")
}

// visit is research, and a walk through a store.
func (w *town) visit(who events.Common) {
	for i := range 2 {
		w.say(fmt.Sprint("view-", i), events.ProductViewed{Common: who, SKU: "LAMP-OAK", Name: "Gulvlampe", Category: "lamper"})
		w.set(w.clock().Add(time.Minute))
	}
	w.say("visit", events.StoreVisited{Common: who, StoreID: "cph-01", Via: events.ViaBeacon})
	w.pass(w.clock().Add(25 * time.Hour))
}

func TestAnAudienceIsWhoIsInItNow(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.visit(who)
	in := got[list](t, w.console, "/api/audiences").Audiences
	require.Len(t, in, 1)
	require.Equal(t, Audience{Name: "store-visitors", Count: 1, Profiles: in[0].Profiles}, in[0])
	require.Equal(t, []string{"LAMP-OAK"}, in[0].Profiles[0].Products)
	require.True(t, in[0].Profiles[0].In)

	price := events.Money{Amount: 279900, Currency: "DKK"}
	order := events.OrderPlaced{Common: who, OrderID: "1", Lines: []events.Line{{SKU: "LAMP-OAK", Quantity: 1, Price: price}}, Total: price, Delivery: events.DeliveryShip}
	order.Place = events.PlaceWeb
	w.say("order", order)
	out := got[list](t, w.console, "/api/audiences").Audiences[0]
	require.Equal(t, []int{0, 1}, []int{out.Count, out.Left})
}

func TestDeadLettersAreReadFromWhereTheyAreKept(t *testing.T) {
	w := newTown(t)
	w.say("bad", events.BasketUpdated{Common: w.mette(true)})
	letters := got[list](t, w.console, "/api/deadletters").Letters
	require.Len(t, letters, 1)
	require.Equal(t, []any{"collect", "basket.updated.v1", 422, 1}, []any{letters[0].Function, letters[0].Type, letters[0].Code, letters[0].Times})
	require.NotEmpty(t, letters[0].ID)
	require.Contains(t, letters[0].Reason, "basket_id")
}

func TestACustomersThreadAnswersWhy(t *testing.T) {
	w := newTown(t)
	w.say("b-1", basket(w.mette(true), "b-1", "Alpakagarn"))
	id := last(w.told()).Profile
	d := got[dossier](t, w.console, "/api/customers/"+id)
	require.Equal(t, id, d.Profile)
	require.Len(t, d.Events, 4)
	require.Len(t, d.Decisions, 1)
	require.Equal(t, []string{"basket.abandoned.v1", "act", "reminder-1"}, []string{d.Decisions[0].Type, d.Decisions[0].Verdict, d.Decisions[0].Reason})
	require.Equal(t, "email", d.Actions[0].Channel)
	require.Equal(t, action.Sent, d.Actions[0].Status)
	require.Equal(t, waiting{Flow: "basketrecovery", Name: "remind", Key: "b-1", Due: d.Waiting[0].Due}, d.Waiting[0])
}

func TestAMergedCustomerIsFoundByTheirOldID(t *testing.T) {
	w := newTown(t)
	anonymous := events.Common{Customer: events.Identifiers{"cookie": "c-1"}}
	w.say("seen", events.ProductViewed{Common: anonymous, SKU: "A"})
	old := last(w.told()).Profile
	who := w.mette(true)
	w.set(w.clock().Add(time.Minute))
	who.Customer = events.Identifiers{"cookie": "c-1", "login": "mette"}
	w.say("login", events.CustomerIdentified{Common: who, How: events.HowLogin})
	known := last(w.told()).Profile
	a, b := got[dossier](t, w.console, "/api/customers/"+old), got[dossier](t, w.console, "/api/customers/"+known)
	require.Equal(t, a.Profile, b.Profile)
	require.Len(t, a.Events, 5, "those of both")
	require.Equal(t, 1, len(a.Asked+b.Asked)/len(old), "one of them has become the other")
}

func TestNobodyIsNotFound(t *testing.T) {
	w := newTown(t)
	none := get(t, w.console, "/api/customers/nobody")
	require.Equal(t, http.StatusNotFound, none.Code)
	require.Contains(t, none.Body.String(), "there is no customer with this profile id")
	require.Equal(t, http.StatusBadRequest, get(t, w.console, "/api/customers/%00").Code)
}

func TestNoListAndNoStreamHoldsAnAddress(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.visit(who)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.complain(who, "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	w.say("bad", events.BasketUpdated{Common: who})
	w.say("mette@example.dk", events.BasketUpdated{Common: who, BasketID: "mette@example.dk"})
	profile := w.told().Strands[0].Profile
	for _, path := range []string{"/api/state", "/api/mails", "/api/tickets", "/api/audiences", "/api/deadletters", "/api/customers/" + profile} {
		body := get(t, w.console, path).Body.String()
		require.Greater(t, len(body), 100, path)
		require.NotContains(t, body, "mette@example.dk", path)
		require.NotContains(t, body, "20123456", path)
	}
}

func TestAnotherProcessShowsWhatWasDoneBefore(t *testing.T) {
	w := newTown(t)
	who := w.mette(true)
	w.say("b-1", basket(who, "b-1", "Alpakagarn"))
	w.complain(who, "ig-1", "", "Elendig service, jeg er så skuffet! 😡")
	next := New(Config{Store: w.store, Now: w.console.Now})
	require.Len(t, got[list](t, next, "/api/mails").Mails, 1)
	require.Len(t, got[list](t, next, "/api/tickets").Tickets, 1)
}

// broken is a store that cannot be read.
type broken struct{ store.Store }

func (broken) Get(context.Context, ...store.Key) ([]store.Document, error) {
	return nil, errors.New("the disk is gone")
}

func (broken) Query(context.Context, store.Query) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) { yield(store.Document{}, errors.New("the disk is gone")) }
}

func TestAStoreThatCannotBeReadIsToldOf(t *testing.T) {
	c := New(Config{Store: broken{}})
	for _, path := range []string{"/api/mails", "/api/tickets", "/api/audiences", "/api/deadletters"} {
		require.Contains(t, got[list](t, c, path).Error, "the disk is gone")
	}
	require.Equal(t, http.StatusInternalServerError, get(t, c, "/api/actions/x").Code)
	require.Equal(t, http.StatusInternalServerError, get(t, c, "/api/customers/x").Code)
	require.Equal(t, http.StatusInternalServerError, get(t, c, "/mail/x").Code)
}
