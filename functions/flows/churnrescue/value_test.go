package churnrescue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/profile"
)

func TestTheTrailSaysWhyOneIsCalledAndTheOtherIsNot(t *testing.T) {
	for story, want := range map[string]struct {
		points  int
		channel string
	}{"the_last_of_the_top": {65, "ticket"}, "the_first_below_the_top": {64, ""}} {
		told := flowtest.Tell(t, Flow, "testdata/"+story+".txtar")
		found := false
		for _, d := range told.Decided {
			if d.Type != "rescue" || found {
				continue
			}
			found = true
			require.Equal(t, want.channel, d.Channel, story)
			require.Equal(t, fmt.Sprintf("value %d of 100, top from 65", want.points), d.Saw[1])
			sum, most := 0, 0
			for _, saw := range d.Saw[2:] {
				var name string
				var points, of int
				_, err := fmt.Sscanf(saw, "%s %d of %d", &name, &points, &of)
				require.NoError(t, err, saw)
				sum, most = sum+points, most+of
			}
			require.Equal(t, []int{want.points, 100}, []int{sum, most}, "the parts add up")
		}
		require.True(t, found, story)
	}
}

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
		before := valueOf(&c, at, usual)
		most := 0
		for _, p := range before {
			require.True(t, 0 <= p.points && p.points <= p.most, "%s", p)
			most += p.most
		}
		require.Equal(t, 100, most)
		richer := c
		richer.Totals.Spent = map[string]int64{"DKK": c.Totals.Spent["DKK"] + amount.Draw(r, "more")}
		require.GreaterOrEqual(t, valueOf(&richer, at, usual).points(), before.points())
	})
}

func TestWhatCameBackIsNotSpent(t *testing.T) {
	var c profile.Profile
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	placed(&c, "1", at, 90000)
	require.Equal(t, "spent 27 of 40 (DKK 900.00)", plain(valueOf(&c, at, 45000)[0]))
	returned(&c, "1", at.Add(time.Hour), 45000)
	require.Equal(t, "spent 20 of 40 (DKK 450.00)", plain(valueOf(&c, at, 45000)[0]), "as much as half of the customers: half of the points")
	returned(&c, "2", at.Add(time.Hour), 95000)
	require.Equal(t, "spent 0 of 40 (DKK 0.00)", plain(valueOf(&c, at, 45000)[0]))
}

func plain(p part) string { return strings.ReplaceAll(p.String(), "\u00a0", " ") }

func placed(c *profile.Profile, id string, at time.Time, amount int64) {
	o := events.OrderPlaced{OrderID: id, Total: events.Money{Amount: amount, Currency: "DKK"}}
	profile.FoldAs(c, profile.Stamp{At: at, By: id}, "", &o)
}

func returned(c *profile.Profile, id string, at time.Time, amount int64) {
	r := events.OrderReturned{ReturnID: id, Refund: events.Money{Amount: amount, Currency: "DKK"}}
	profile.FoldAs(c, profile.Stamp{At: at, By: id}, "", &r)
}
