package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/player"
)

// regulars are customers of whom each ordered for a little more than the one before; two in
// three take post, the others mails.
func regulars(t *testing.T, n int, at time.Time) (all []events.Event) {
	say := func(id string, after time.Duration, data events.Data) {
		e, err := events.New("/shop", id, at.Add(after), data)
		require.NoError(t, err)
		all = append(all, e)
	}
	for i := range n {
		who := events.Common{Customer: events.Identifiers{"login": fmt.Sprint("kunde-", i), "email": fmt.Sprintf("kunde-%d@kunder.example", i)}}
		price := events.Money{Amount: int64(100000 + 10000*i), Currency: "DKK"}
		channel := []events.ConsentChannel{events.ConsentPost, events.ConsentAll, events.ConsentEmail}[i%3]
		say(fmt.Sprint("c-", i), time.Second, events.ConsentChanged{Common: who, Channel: channel, Purpose: events.PurposeMarketing, Granted: true})
		who.Place = events.PlaceWeb
		say(fmt.Sprint("o-", i), 2*time.Second, events.OrderPlaced{Common: who, OrderID: fmt.Sprint(i), Delivery: events.DeliveryShip, Total: price,
			Lines: []events.Line{{SKU: "LAMP", Quantity: 1, Price: price}}})
	}
	return all
}

// TestACatalogueIsPrintedForThoseWhoAreWorthIt goes all the way, from one event about nobody
// to the list that the printer gets: with a budget for nine, the nine of those who take post
// who spent most; then one wants no more post, and another to be forgotten.
func TestACatalogueIsPrintedForThoseWhoAreWorthIt(t *testing.T) {
	start := time.Date(2026, 8, 3, 8, 0, 0, 0, time.UTC)
	data := t.TempDir()
	s, closed := stepped(t, data, start, nil, "collect", "consent", "timers", "campaigns", "deadletter", "catalogueworth", "audience")
	event := func(id string, after time.Duration, d events.Data) events.Event {
		e, err := events.New("/planning", id, start.Add(after), d)
		require.NoError(t, err)
		return e
	}
	who := func(n int) events.Common {
		return events.Common{Customer: events.Identifiers{"login": fmt.Sprint("kunde-", n)}}
	}
	plan := event("c-1", time.Hour, events.CataloguePlanned{CatalogueID: "efterår-2026", PrintAndPost: events.Money{Amount: 1450, Currency: "DKK"},
		Budget: events.Money{Amount: 9 * 1450, Currency: "DKK"}, DropDate: "2026-09-07"})
	p := &player.Player{Clock: s.Clock, Broker: s.Broker, Store: s.Store}
	require.NoError(t, p.Play(t.Context(), slices.Values(append(regulars(t, 30, start), plan, plan,
		event("a-1", 2*time.Hour, events.AppOpened{Common: who(0)})))))

	var logins []string
	for _, line := range printed(t, data) {
		require.Equal(t, []string{"add", "efterår-2026", "DKK", "1450"}, []string{line["operation"], line["of"], line["currency"], line["cost"]})
		require.NotEqual(t, "0", line["worth"])
		logins = append(logins, line["login"])
	}
	slices.Sort(logins)
	require.Equal(t, strings.Fields("kunde-16 kunde-18 kunde-19 kunde-21 kunde-22 kunde-24 kunde-25 kunde-27 kunde-28"), logins)

	require.NoError(t, p.Play(t.Context(), slices.Values([]events.Event{
		event("w-1", 3*time.Hour, events.ConsentChanged{Common: who(28), Channel: events.ConsentPost, Purpose: events.PurposeMarketing}),
		event("e-1", 4*time.Hour, events.ErasureRequested{Common: who(27), RequestedBy: events.RequestedByCustomer}),
		event("a-2", 5*time.Hour, events.AppOpened{Common: who(0)}),
	})))
	lines := printed(t, data)
	require.Len(t, lines, 9, "one line less, and one more")
	last := lines[8]
	require.Equal(t, []string{"remove", "kunde-28", "customer asked"}, []string{last["operation"], last["login"], last["reason"]})
	for _, line := range lines {
		require.NotContains(t, line["login"]+line["email"], "kunde-27")
	}
	closed()

	status, out, errs := call(t, "explain", "-data", data, "-customer", "login=kunde-25", "-set", "HOLDOUT=0", "-set", "CONTROL=0")
	require.Zero(t, status, errs)
	require.Contains(t, out, "catalogueworth   act: list about efterår-2026 (orders 1, one in 365 days")

	r := replayed(t, data, "catalogueworth", "-was", "HOLDOUT=0", "-was", "CONTROL=0", "-set", "UPLIFT=0.01")
	require.Equal(t, map[string]int{"audience": 19}, r.AsSet.actions(), "all who take post and are still known: a replay knows no budget")
	require.Empty(t, r.Tried[0].actions(), "a hundredth more is not worth it")
}

// printed are the lines of the print list, by column.
func printed(t *testing.T, data string) (lines []map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "*", "print-catalogues.csv"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	records, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	require.NoError(t, err)
	for _, r := range records[1:] {
		line := map[string]string{}
		for i, column := range records[0] {
			line[column] = r[i]
		}
		lines = append(lines, line)
	}
	return lines
}
