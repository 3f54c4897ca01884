package occasionreminder

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/calendar"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

func TestStories(t *testing.T) { flowtest.Run(t, Flow) }

func TestEveryOccasionHasItsWords(t *testing.T) {
	all, err := words.Load(texts)
	require.NoError(t, err)
	for _, o := range []calendar.Occasion{calendar.Birthday, calendar.NameDay, calendar.Anniversary, calendar.Valentine, calendar.WomensDay,
		calendar.Easter, calendar.MothersDay, calendar.FathersDay, calendar.Midsummer, calendar.Christmas, calendar.NewYearsEve} {
		said, ok := calendar.OccasionOf(string(o))
		require.True(t, ok, o)
		require.Equal(t, o, said)
		for _, locale := range words.Locales {
			_, err := all.In(locale).Say("occasion."+string(o), nil)
			require.NoError(t, err)
		}
	}
}

var made = sync.OnceValues(func() (*flow.Flow, error) { return Flow.Make(function.Env{}) })

// gave is a decision on an order that was a present.
func gave(t *testing.T, th thread.Thread, at, now time.Time, gift events.Gift, lines ...events.Line) flow.Output {
	t.Helper()
	f, err := made()
	require.NoError(t, err)
	order := events.OrderPlaced{OrderID: fmt.Sprint("o-", at.Unix()), Lines: lines, Gift: gift}
	e, err := events.New("/shop", order.OrderID, at, order)
	require.NoError(t, err)
	out, err := f.Turn(&flow.Input{Event: e, Data: order, Cause: events.Hash(e), At: at, Now: now, Profile: &profile.Profile{ID: "p"}, Thread: th})
	require.NoError(t, err)
	return out
}

var (
	may = time.Date(2026, 5, 2, 18, 0, 0, 0, time.UTC)
	mum = events.Gift{Occasion: "mothers_day", Recipient: "Karen-Margrethe"}
	tea = events.Line{SKU: "TEA-1", Quantity: 1}
)

func TestAnOrderThatIsHeardOfLateIsRemindedOfWhileThereIsADayToCome(t *testing.T) {
	for now, want := range map[time.Time]string{
		may:                   "wait",
		may.AddDate(0, 11, 0): "wait",
		may.AddDate(1, 0, 0):  "wait",
		may.AddDate(1, 1, 0):  "nothing", // also Sweden's Mother's Day has been
		may.AddDate(9, 0, 0):  "nothing",
	} {
		out := gave(t, thread.Thread{}, may, now, mum, tea)
		require.Equal(t, want, out.Entry.Verdict, now)
	}
}

func TestTheRecipientsNameStaysInTheThread(t *testing.T) {
	out := gave(t, thread.Thread{}, may, may, mum, tea)
	require.Len(t, out.Thread.Timers, 1)
	require.NotContains(t, strings.ToLower(out.Thread.Timers[0].Key), "karen", "it goes to the broker with the timer")
	require.NotContains(t, fmt.Sprint(out.Entry), "Karen")
}

// TestACustomerOfManyPresentsIsRememberedInBounds: twenty people's presents, of lines as
// long as events may have them.
func TestACustomerOfManyPresentsIsRememberedInBounds(t *testing.T) {
	var th thread.Thread
	var long []events.Line
	for range 500 {
		long = append(long, events.Line{SKU: strings.Repeat("S", keepCode), Name: strings.Repeat("Æ", 4000),
			Category: strings.Repeat("c", 8000), Quantity: 1})
	}
	for i := range 300 {
		at := may.Add(time.Duration(i) * time.Hour)
		gift := events.Gift{Occasion: "birthday", Recipient: strings.Repeat("x", 3000) + fmt.Sprint(i%100), Message: strings.Repeat("m", 8000)}
		gift.Recipient = fmt.Sprint(i%100) + gift.Recipient
		th = gave(t, th, at, at, gift, long...).Thread
	}
	require.Len(t, th.Timers, most)
	w, err := thread.Write(th, 0)
	require.NoError(t, err)
	t.Logf("%d bytes", len(w.Data))
	require.Less(t, len(w.Data), 200<<10)
}

// TestWhatIsRememberedDoesNotDependOnTheOrderOfArrival for any orders in any order, some
// of them heard of twice.
func TestWhatIsRememberedDoesNotDependOnTheOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		occasion := rapid.SampledFrom([]calendar.Occasion{"", calendar.Birthday, calendar.Christmas}).Draw(t, "occasion")
		days := rapid.SliceOfN(rapid.IntRange(0, 900), 1, 15).Draw(t, "days")
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Perm(len(days))
		in, out := tradition{Occasion: occasion}, tradition{Occasion: occasion}
		for i := range days {
			in, _ = in.with(present{Order: fmt.Sprint(i), At: may.AddDate(0, 0, days[i])})
			j := shuffle[i]
			out, _ = out.with(present{Order: fmt.Sprint(j), At: may.AddDate(0, 0, days[j])})
			out, _ = out.with(present{Order: fmt.Sprint(j), At: may.AddDate(0, 0, days[j])})
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
		remembered := tradition{Occasion: rapid.SampledFrom([]calendar.Occasion{calendar.Birthday, calendar.Christmas, calendar.MothersDay,
			calendar.Easter, calendar.Midsummer}).Draw(t, "occasion")}
		at, dated := may.AddDate(0, 0, rapid.IntRange(-3000, 3000).Draw(t, "at")), false
		latest := at
		for i := range rapid.IntRange(1, 3).Draw(t, "presents") {
			p := present{Order: fmt.Sprint(i), At: at.AddDate(0, 0, rapid.IntRange(0, 182).Draw(t, "later"))}
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
			remembered, _ = remembered.with(p)
		}
		next, _ := remembered.next(rapid.SampledFrom([]string{"DK", "SE", "GB", ""}).Draw(t, "country"))
		require.Greater(t, next.Sub(latest), 150*day, "%v %s", remembered, next)
		require.Less(t, next.Sub(latest), 580*day, "%v %s", remembered, next)
	})
}
