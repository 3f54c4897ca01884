package crm

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

func kroner(n int64) events.Money { return events.Money{Amount: 100 * n, Currency: "DKK"} }

func booked(step string) action.Action {
	return channeltest.Action("crm", step, events.PurposeService, action.Content{Booking: &action.Booking{
		OrderID: "w-1", Revision: 2, Systems: []string{"shop", "loyalty", "erp"}, At: channeltest.Now.Add(-time.Hour), Place: events.PlaceWeb,
		Delivery: events.DeliveryShip, Total: kroner(120), Freight: kroner(20), Refunded: kroner(50), Points: 50,
		Lines: []action.BookedLine{{SKU: "YARN", Bought: 2, HandedOut: 2, Returned: 1, Paid: 10000}},
		Stock: []action.Moved{{StoreID: "cph-12", SKU: "YARN", By: 1}, {StoreID: "web", SKU: "YARN", By: -2}},
	}})
}

// silent is a customer who is not to be written to by any way, and has no address.
func silent() profile.Profile {
	return no(channeltest.Customer(channeltest.Ann, "login:ann", "loyalty_card:77"), events.ConsentAll)
}

func TestWithoutAnAddressEachSystemsBookingIsAFile(t *testing.T) {
	dir := t.TempDir()
	s := channeltest.Open(t, Spec, map[string]string{"OUTBOX": dir})
	s.Keep(silent())
	for range 2 {
		a, err := s.Do(booked("book 2"))
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
		require.Equal(t, "file", a.Provider)
	}
	id := booked("book 2").ID
	for _, system := range []string{"shop", "loyalty", "erp"} {
		text, err := os.ReadFile(filepath.Join(dir, "bookings", id+"."+system+".json"))
		require.NoError(t, err)
		var b booking
		require.NoError(t, json.Unmarshal(text, &b))
		require.Equal(t, system, b.System)
		require.Equal(t, *booked("").Content.Booking, b.Booking)
		require.Equal(t, map[string]string{"login": "ann", "loyalty_card": "77"}, b.Customer)
	}
}

// office is the systems' side: it takes what is signed, unless a system has a bad day.
type office struct {
	url, secret string
	mu          sync.Mutex
	answers     map[string]int      // by system, instead of 204
	got         map[string][]string // ids, by system
	body        map[string]string   // the last, by system
}

func openOffice(t *testing.T) *office {
	o := &office{secret: "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key")),
		answers: map[string]int{}, got: map[string][]string{}, body: map[string]string{}}
	check, err := standardwebhooks.NewWebhook(o.secret)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || check.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var b struct{ System string }
		if json.Unmarshal(body, &b) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.got[b.System] = append(o.got[b.System], r.Header.Get("webhook-id"))
		o.body[b.System] = string(body)
		if status := o.answers[b.System]; status != 0 {
			w.WriteHeader(status)
		}
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

func TestEachSystemGetsASignedBookingOfItsOwn(t *testing.T) {
	o := openOffice(t)
	s := channeltest.Open(t, Spec, map[string]string{"BOOKING_URL": o.url, "BOOKING_SECRET": o.secret, "HUBSPOT_TOKEN": token})
	s.Keep(silent())
	a, err := s.Do(booked("book 2"))
	require.NoError(t, err)
	require.Equal(t, "webhook", a.Provider)
	require.Equal(t, map[string][]string{"shop": {a.ID + ".shop"}, "loyalty": {a.ID + ".loyalty"}, "erp": {a.ID + ".erp"}}, o.got)
	require.JSONEq(t, `{"booking_id":"`+a.ID+`","kind":"booking","system":"erp","flow":"story","profile":"`+channeltest.Ann+`","decided_at":"2026-03-11T11:59:00Z",
		"order_id":"w-1","revision":2,"systems":["shop","loyalty","erp"],"at":"2026-03-11T11:00:00Z","place":"web","delivery":"ship",
		"total":{"amount":12000,"currency":"DKK"},"freight":{"amount":2000,"currency":"DKK"},"refunded":{"amount":5000,"currency":"DKK"},"points":50,
		"lines":[{"sku":"YARN","bought":2,"handed_out":2,"returned":1,"paid":10000}],
		"stock":[{"store_id":"cph-12","sku":"YARN","by":1},{"store_id":"web","sku":"YARN","by":-2}],
		"customer":{"login":"ann","loyalty_card":"77"}}`, o.body["erp"])
}

// Books must not miss what came while a secret was being exchanged.
func TestASecretThatIsRefusedLosesNoBooking(t *testing.T) {
	o := openOffice(t)
	other := "whsec_" + base64.StdEncoding.EncodeToString([]byte("another key of thirty-two bytes..."))
	s := channeltest.Open(t, Spec, map[string]string{"BOOKING_URL": o.url, "BOOKING_SECRET": other})
	s.Keep(silent())
	a, err := s.Do(booked("book 2"))
	require.ErrorContains(t, err, "answered 401 Unauthorized")
	require.Equal(t, action.Requested, a.Status)
}

func TestAsLongAsOneSystemMayYetTakeItAllAreToldAgain(t *testing.T) {
	o := openOffice(t)
	s := channeltest.Open(t, Spec, map[string]string{"BOOKING_URL": o.url, "BOOKING_SECRET": o.secret})
	s.Keep(silent())
	o.answers = map[string]int{"shop": http.StatusBadRequest, "loyalty": http.StatusServiceUnavailable}
	a, err := s.Do(booked("book 2"))
	require.Error(t, err, "to be delivered again")
	require.Equal(t, action.Requested, a.Status)
	o.answers = map[string]int{"shop": http.StatusBadRequest}
	a, err = s.Do(booked("book 2"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status, "not all know it")
	require.Contains(t, a.Reason, "answered 400 Bad Request")
	for _, system := range slices.Collect(maps.Keys(o.got)) {
		require.Equal(t, []string{a.ID + "." + system, a.ID + "." + system}, o.got[system], "under the same id each time")
	}
	require.Len(t, o.got, 3)
}

func TestWhoTakesLeadsOnlySaysSo(t *testing.T) {
	for name, settings := range map[string]map[string]string{
		"HubSpot": {"HUBSPOT_TOKEN": token},
		"webhook": {"WEBHOOK_URL": "http://127.0.0.1:9", "WEBHOOK_SECRET": "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))},
	} {
		t.Run(name, func(t *testing.T) {
			s := channeltest.Open(t, Spec, settings)
			s.Keep(silent())
			a, err := s.Do(booked("book 2"))
			require.NoError(t, err)
			require.Equal(t, action.Failed, a.Status)
			require.Equal(t, "BOOKING_URL is not set, and who takes the leads takes no bookings", a.Reason)
		})
	}
}

func TestWhereBookingsGoIsChecked(t *testing.T) {
	s, _ := files(t)
	for url, wrong := range map[string]string{
		"books.example":      "BOOKING_URL is not an address of the web, expected https://host/path",
		"http://b.example/x": "BOOKING_URL leads to b.example without encryption, expected https; http is for this machine itself only",
	} {
		s.Env.Override = map[string]map[string]string{"crm": {"BOOKING_URL": url}}
		_, err := Spec.New(s.Env)
		require.EqualError(t, err, "settings of crm: "+wrong)
	}
	s.Env.Override = map[string]map[string]string{"crm": {"BOOKING_URL": "https://b.example/x", "BOOKING_SECRET": "hush"}}
	_, err := Spec.New(s.Env)
	require.ErrorContains(t, err, "settings of crm: BOOKING_SECRET is ")
	require.NotContains(t, err.Error(), "hush")
}
