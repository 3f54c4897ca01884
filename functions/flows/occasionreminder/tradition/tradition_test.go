package tradition

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/functions/flows/occasionreminder/present"
	"redthread.dev/shared/calendar"
)

var may = time.Date(2026, 5, 2, 18, 0, 0, 0, time.UTC)

// TestWhatIsRememberedDoesNotDependOnTheOrderOfArrival for any orders in any order, some
// of them heard of twice.
func TestWhatIsRememberedDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		occasion := rapid.SampledFrom([]calendar.Occasion{"", calendar.Birthday, calendar.Christmas}).Draw(t, "occasion")
		days := rapid.SliceOfN(rapid.IntRange(0, 900), 1, 15).Draw(t, "days")
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(days))
		in, out := Tradition{Occasion: occasion}, Tradition{Occasion: occasion}
		for i := range days {
			in, _ = in.With(present.Present{Order: fmt.Sprint(i), At: may.AddDate(0, 0, days[i])})
			j := shuffle[i]
			out, _ = out.With(present.Present{Order: fmt.Sprint(j), At: may.AddDate(0, 0, days[j])})
			out, _ = out.With(present.Present{Order: fmt.Sprint(j), At: may.AddDate(0, 0, days[j])})
		}
		require.Equal(t, in, out)
		require.NotEmpty(t, in.Presents)
	})
}

// TestTheNextTimeIsAYearAfterTheLast for presents of one time, on any day and in any
// country: never soon after the latest of them, which was for the time before, and not more
// than nineteen months after it, or after the day that was told.
func TestTheNextTimeIsAYearAfterTheLast(t *testing.T) {
	const day = 24 * time.Hour
	rapid.Check(t, func(t *rapid.T) {
		remembered := Tradition{Occasion: rapid.SampledFrom([]calendar.Occasion{calendar.Birthday, calendar.Christmas, calendar.MothersDay,
			calendar.Easter, calendar.Midsummer}).Draw(t, "occasion")}
		at, dated := may.AddDate(0, 0, rapid.IntRange(-3000, 3000).Draw(t, "at")), false
		latest := at
		for i := range rapid.IntRange(1, 3).Draw(t, "presents") {
			p := present.Present{Order: fmt.Sprint(i), At: at.AddDate(0, 0, rapid.IntRange(0, 182).Draw(t, "later"))}
			if !dated && rapid.Bool().Draw(t, "told") {
				told := p.At.AddDate(0, 0, rapid.IntRange(-30000, 300).Draw(t, "date"))
				p.Date, dated = events.DateOf(told), true
				if told.After(latest) {
					latest = told
				}
			}
			if p.At.After(latest) {
				latest = p.At
			}
			remembered, _ = remembered.With(p)
		}
		next, _ := remembered.Next(rapid.SampledFrom([]string{"DK", "SE", "GB", ""}).Draw(t, "country"))
		require.Greater(t, next.Sub(latest), 150*day, "%v %s", remembered, next)
		require.Less(t, next.Sub(latest), 580*day, "%v %s", remembered, next)
	})
}
