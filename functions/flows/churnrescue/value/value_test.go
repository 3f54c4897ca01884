package value_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/functions/flows/churnrescue/value"
	"redthread.dev/shared/profile"
)

func TestWhoeverBoughtMoreIsNotWorthLess(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(r *rapid.T) {
		amount := rapid.Int64Range(0, 1e12)
		var c profile.Profile
		days := rapid.SliceOfN(rapid.IntRange(0, 4000), 0, 30).Draw(r, "days")
		for i, n := range days {
			placed(&c, fmt.Sprint(i), start.AddDate(0, 0, n), amount.Draw(r, "amount"))
		}
		at, usual := start.AddDate(0, 0, rapid.IntRange(-1, 5000).Draw(r, "at")), rapid.Int64Range(1, 1e9).Draw(r, "usual")
		before := value.Of(&c, at, usual)
		most := 0
		for _, p := range before {
			require.True(t, 0 <= p.Points && p.Points <= p.Most, "%s", p)
			most += p.Most
		}
		require.Equal(t, 100, most)
		richer := c
		richer.Totals.Spent = map[string]int64{"DKK": c.Totals.Spent["DKK"] + amount.Draw(r, "more")}
		require.GreaterOrEqual(t, value.Of(&richer, at, usual).Points(), before.Points())
	})
}

func TestWhatCameBackIsNotSpent(t *testing.T) {
	var c profile.Profile
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	placed(&c, "1", at, 90000)
	require.Equal(t, "spent 27 of 40 (DKK 900.00)", plain(value.Of(&c, at, 45000)[0]))
	returned(&c, "1", at.Add(time.Hour), 45000)
	require.Equal(t, "spent 20 of 40 (DKK 450.00)", plain(value.Of(&c, at, 45000)[0]), "as much as half of the customers: half of the points")
	returned(&c, "2", at.Add(time.Hour), 95000)
	require.Equal(t, "spent 0 of 40 (DKK 0.00)", plain(value.Of(&c, at, 45000)[0]))
}

func plain(p value.Part) string { return strings.ReplaceAll(p.String(), "\u00a0", " ") }

func placed(c *profile.Profile, id string, at time.Time, amount int64) {
	o := events.OrderPlaced{OrderID: id, Total: events.Money{Amount: amount, Currency: "DKK"}}
	profile.FoldAs(c, profile.Stamp{At: at, By: id}, "", &o)
}

func returned(c *profile.Profile, id string, at time.Time, amount int64) {
	r := events.OrderReturned{ReturnID: id, Refund: events.Money{Amount: amount, Currency: "DKK"}}
	profile.FoldAs(c, profile.Stamp{At: at, By: id}, "", &r)
}
