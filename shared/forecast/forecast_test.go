package forecast

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

var today = time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)

func ordered(n int, first, last int, spent int64) *profile.Profile {
	return &profile.Profile{Totals: profile.Totals{Orders: n, Spent: map[string]int64{"DKK": spent},
		First: today.AddDate(0, 0, -first), Last: today.AddDate(0, 0, -last)}}
}

func TestWhatIsExpected(t *testing.T) {
	for name, c := range map[string]struct {
		of     *profile.Profile
		orders float64
		each   int64
		says   string
	}{
		"never ordered":          {&profile.Profile{}, 0, 0, "orders 0, one in 0 days, the last 0 days ago: counts 0.00, expected 0.00"},
		"once, today":            {ordered(1, 0, 0, 40000), 73.0 / 365, 40000, "orders 1, one in 365 days, the last 0 days ago: counts 1.00, expected 0.20"},
		"every quarter":          {ordered(4, 365, 90, 400000), 0.4, 100000, "orders 4, one in 182 days, the last 90 days ago: counts 1.00, expected 0.40"},
		"as silent as twice":     {ordered(5, 365, 292, 500000), 0.25, 100000, "orders 5, one in 146 days, the last 292 days ago: counts 0.50, expected 0.25"},
		"twelve in a single day": {ordered(12, 0, 0, 1200000), 2.4, 100000, "orders 12, one in 30 days, the last 0 days ago: counts 1.00, expected 2.40"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Of(c.of, "DKK", today, 73*24*time.Hour)
			require.InDelta(t, c.orders, f.Orders, 1e-9)
			require.Equal(t, events.Money{Amount: c.each, Currency: "DKK"}, f.Each)
			require.Equal(t, c.says, f.String())
		})
	}
}

func TestReturnsAreTakenOffAndOtherCurrenciesLeftOut(t *testing.T) {
	c := ordered(2, 100, 10, 90000)
	c.Totals.Refunded = map[string]int64{"DKK": 30000, "SEK": 1}
	c.Totals.Spent["SEK"] = 70000
	require.Equal(t, int64(30000), Of(c, "DKK", today, year).Each.Amount)
	require.Zero(t, Of(c, "EUR", today, year).Spent())
	c.Totals.Refunded["DKK"] = 100000 // more than was paid, as far as is known
	require.Zero(t, Of(c, "DKK", today, year).Spent())
}

// TestAForecastIsANumberThatSilenceNeverRaises draws any past, one in the future included,
// as of clocks that are wrong.
func TestAForecastIsANumberThatSilenceNeverRaises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.IntRange(-1000, 20000).Draw(t, "first")
		c := ordered(rapid.IntRange(0, 100000).Draw(t, "orders"), first, rapid.IntRange(-1000, first).Draw(t, "last"), rapid.Int64Range(0, 1e12).Draw(t, "spent"))
		span := time.Duration(rapid.Int64Range(0, int64(year)).Draw(t, "span"))
		f := Of(c, "DKK", today, span)
		require.GreaterOrEqual(t, f.Spent(), 0.0)
		require.LessOrEqual(t, f.Orders, float64(c.Totals.Orders)*float64(span)/float64(year))
		later := Of(c, "DKK", today.Add(time.Duration(rapid.Int64Range(0, int64(year)).Draw(t, "later"))), span)
		require.LessOrEqual(t, later.Orders, f.Orders*(1+1e-9))
	})
}
