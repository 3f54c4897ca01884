package occasionreminder

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/flows/occasionreminder/present"
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
		long = append(long, events.Line{SKU: strings.Repeat("S", present.MostCode), Name: strings.Repeat("Æ", 4000),
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
