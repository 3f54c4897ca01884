package servicebrief

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/sqlite"
	"redthread.dev/shared/thread"
)

const elsa = "01957e4a-6f00-7000-8000-000000000002"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// busy is the profile of somebody of whom ten thousand events are known, up to noon.
func busy(t *testing.T) profile.Profile {
	c := profile.Profile{ID: elsa}
	begin := noon.AddDate(-10, 0, 0)
	every := noon.Sub(begin) / 10_000
	long := strings.Repeat("meget lang ", 40)
	price := events.Money{Amount: 129_900, Currency: "DKK"}
	for i := range 10_000 {
		sku := fmt.Sprintf("SKU-%d", i%700)
		order := fmt.Sprint("o-", i/10)
		lines := []events.Line{{SKU: sku, Name: long + sku, Quantity: 1, Price: price}}
		data := []events.Data{
			events.ProductViewed{SKU: sku, Name: long + sku, Common: events.Common{Place: events.PlaceWeb}},
			events.PageViewed{Kind: events.PageSearch, Query: long},
			events.BasketUpdated{BasketID: fmt.Sprint("b-", i), Lines: lines, Total: price},
			events.OrderPlaced{OrderID: order, Lines: lines, Total: price, Delivery: events.DeliveryCollect, Common: events.Common{Place: events.PlaceWeb}},
			events.OrderReady{OrderID: order, StoreID: "cph-01", Code: "4711", HoldUntil: noon.AddDate(0, 0, 3)},
			events.StoreVisited{StoreID: "cph-01", Via: events.ViaBeacon},
			events.ItemScanned{StoreID: "cph-01", SKU: sku},
			events.SocialMentioned{Platform: "instagram", PostID: fmt.Sprint("p-", i), Handle: "elsa", Text: long, Rating: 1},
			events.ServiceContacted{ContactID: fmt.Sprint("c-", i), Channel: events.ServicePhone, Topic: "complaint " + long},
			events.CustomerUpdated{Traits: events.Traits{"first_name": "Elsa", "last_name": long}},
		}[i%10]
		e, err := events.New("/shop", fmt.Sprint(i), begin.Add(time.Duration(i)*every), data)
		require.NoError(t, err)
		parsed, err := events.Parse(e)
		require.NoError(t, err)
		profile.Fold(&c, e, parsed)
	}
	return c
}

// written is a thread full of what we have sent.
func written() thread.Thread {
	th := thread.Thread{Profile: elsa}
	for i := range 60 {
		id := fmt.Sprint("a-", i)
		th.Touch(thread.Contact{At: noon.Add(time.Duration(i-60) * time.Hour), Flow: "basketrecovery", Key: "b-1", Step: "reminder-1", Action: id, Channel: "email",
			Kind: string(events.ActionMessage), Purpose: events.PurposeMarketing})
		th.Record("basketrecovery", thread.Entry{Cause: id, Action: id, Saw: []string{strings.Repeat("untouched for an hour ", 20)}})
	}
	return th
}

// shop has the flow with a customer, on SQLite.
func shop(t *testing.T, c profile.Profile, settings map[string]string) (store.Store, *function.Function) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	w, err := profile.Write(c, 0)
	require.NoError(t, err)
	th, err := thread.Write(written(), 0)
	require.NoError(t, err)
	require.NoError(t, db.Commit(t.Context(), w, th))
	fn, err := Flow.Spec().New(function.Env{Store: db, Now: func() time.Time { return noon }, Override: map[string]map[string]string{"servicebrief": settings}})
	require.NoError(t, err)
	return db, fn
}

// briefed has somebody turn to customer service, and returns what the agent gets.
func briefed(t *testing.T, db store.Store, fn *function.Function, d events.ServiceContacted) string {
	e, err := events.New("/desk", d.ContactID, noon, d)
	require.NoError(t, err)
	_, err = fn.Guard()(context.Background(), events.Resolved(e, elsa))
	require.NoError(t, err)
	for doc, err := range db.Query(t.Context(), store.Query{Collection: action.Collection, Partition: elsa}) {
		require.NoError(t, err)
		a, err := action.Read(doc)
		require.NoError(t, err)
		if a.Key == d.ContactID {
			return a.Content.Ticket.Body
		}
	}
	require.Fail(t, "there is no brief")
	return ""
}

func TestTenThousandEventsFitOnOneScreenAndTakeNoTime(t *testing.T) {
	db, fn := shop(t, busy(t), nil)
	var took []time.Duration
	for i := range 20 {
		began := time.Now()
		body := briefed(t, db, fn, events.ServiceContacted{ContactID: fmt.Sprint("call-", i), Channel: events.ServicePhone, Text: strings.Repeat("Hvor er min pakke? ", 200)})
		took = append(took, time.Since(began))
		lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
		require.LessOrEqual(t, len(lines), 32, body)
		for _, l := range lines {
			require.LessOrEqual(t, utf8.RuneCountInString(l), 100, l)
		}
		for _, part := range []string{"NEXT: say sorry first", "WHO: Elsa", "USES: web, store", "OPEN ORDERS", "IN THE BASKET", "NOT MENDED", "WE HAVE SENT", "because untouched for an hour", "DONE LAST"} {
			require.Contains(t, body, part)
		}
		if i == 0 {
			t.Logf("%d lines:\n%s", len(lines), body)
		}
	}
	slices.Sort(took)
	t.Logf("from the contact to the brief in SQLite: median %s, longest %s", took[10], took[19])
	require.Less(t, took[10], 300*time.Millisecond)
}

// TestARoleSeesWhatIsForItAlone tries each part of the brief by itself: what it shows is not
// shown to who does not have it.
func TestARoleSeesWhatIsForItAlone(t *testing.T) {
	marks := map[string][]string{
		"name": {"Elsa"}, "value": {"1000 orders", "DKK 1,299,000.00"}, "channels": {"USES"}, "orders": {"OPEN ORDERS", "tell them that order"},
		"baskets": {"IN THE BASKET", "offer help"}, "complaints": {"NOT MENDED", "say sorry"}, "sent": {"WE HAVE SENT"}, "recent": {"DONE LAST"},
	}
	c := busy(t)
	for part := range marks {
		t.Run(part, func(t *testing.T) {
			db, fn := shop(t, c, map[string]string{"COUNTER": part, "DESK": "name,value,channels,orders,baskets,complaints,sent,recent"})
			body := briefed(t, db, fn, events.ServiceContacted{ContactID: "counter", Channel: events.ServiceStore})
			require.Contains(t, body, marks[part][0])
			for other, texts := range marks {
				for _, text := range texts {
					if other != part {
						require.NotContains(t, body, text, "of %s", other)
					}
				}
			}
		})
	}
}

func TestAfterADayNobodyWaitsForABrief(t *testing.T) {
	for age, acts := range map[time.Duration]bool{24 * time.Hour: true, 24*time.Hour + time.Second: false} {
		db, fn := shop(t, profile.Profile{ID: elsa}, nil)
		e, err := events.New("/desk", "1", noon.Add(-age), events.ServiceContacted{ContactID: "call", Channel: events.ServicePhone})
		require.NoError(t, err)
		_, err = fn.Guard()(t.Context(), events.Resolved(e, elsa))
		require.NoError(t, err)
		made := 0
		for _, err := range db.Query(t.Context(), store.Query{Collection: action.Collection, Partition: elsa}) {
			require.NoError(t, err)
			made++
		}
		require.Equal(t, acts, made == 1, "%s old", age)
	}
}
