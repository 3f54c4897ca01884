package value_test

import (
	"bufio"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions/flows/churnrescue"
	"redthread.dev/functions/flows/churnrescue/value"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/tests/recordings"
)

// The defaults of SPENT and TOP come from every other customer of a British gift shop
// (Online Retail, UCI): SPENT is their median, rounded, and TOP leaves a fifth above it.
// The other half of them, and the customers of CDNOW with their own median, had no say.
func TestTheTopIsAboutAFifthOfCustomersThatHadNoSay(t *testing.T) {
	top, err := strconv.Atoi(function.Defaults(churnrescue.Flow.Settings)["TOP"])
	require.NoError(t, err)
	spent, err := strconv.ParseInt(function.Defaults(churnrescue.Flow.Settings)["SPENT"], 10, 64)
	require.NoError(t, err)

	t.Run("Online Retail", func(t *testing.T) {
		end := time.Date(2011, 6, 1, 0, 0, 0, 0, time.UTC)
		var chosen, others []*profile.Profile
		for id, c := range onlineRetail(t) {
			if n, err := strconv.Atoi(id); err == nil && n%2 == 1 {
				chosen = append(chosen, c)
			} else if c.Totals.Orders > 0 {
				others = append(others, c)
			}
		}
		chosen = slices.DeleteFunc(chosen, func(c *profile.Profile) bool { return c.Totals.Orders == 0 })
		require.InEpsilon(t, median(chosen), spent, 0.05, "SPENT is the median of those it was chosen by")
		require.GreaterOrEqual(t, reached(chosen, end, spent, top), 0.2)
		require.Less(t, reached(chosen, end, spent, top+2), 0.2, "TOP is where a fifth of them is")
		isAFifth(t, others, end, spent, top)
	})
	t.Run("CDNOW", func(t *testing.T) {
		end := time.Date(1998, 7, 1, 0, 0, 0, 0, time.UTC)
		all, _ := cdnow(t, end)
		isAFifth(t, all, end, median(all), top)
		// Of their first nine months, most of them with one order yet, fewer are.
		young := time.Date(1997, 10, 1, 0, 0, 0, 0, time.UTC)
		all, _ = cdnow(t, young)
		require.InDelta(t, 0.125, reached(all, young, median(all), top), 0.01)
		// At New Year it is known of each what they bought in the half year after.
		end = time.Date(1998, 1, 1, 0, 0, 0, 0, time.UTC)
		all, later := cdnow(t, end)
		usual := median(all)
		isAFifth(t, all, end, usual, top)
		var best, total int64
		for _, c := range all {
			total += later[c.ID]
			if value.Of(c, end, usual).Points() >= top {
				best += later[c.ID]
			}
		}
		t.Logf("they bought for %.0f %% of what all bought in the half year after", 100*float64(best)/float64(total))
		require.Greater(t, float64(best)/float64(total), 0.5, "the top are those there is most to lose with")
	})
}

func isAFifth(t *testing.T, customers []*profile.Profile, at time.Time, spent int64, top int) {
	t.Helper()
	share := reached(customers, at, spent, top)
	t.Logf("%.1f %% of %d customers have %d points, with SPENT=%d", 100*share, len(customers), top, spent)
	require.InDelta(t, 0.2, share, 0.05)
}

func reached(customers []*profile.Profile, at time.Time, spent int64, top int) float64 {
	n := 0
	for _, c := range customers {
		if value.Of(c, at, spent).Points() >= top {
			n++
		}
	}
	return float64(n) / float64(len(customers))
}

func median(customers []*profile.Profile) int64 {
	var all []int64
	for _, c := range customers {
		all = append(all, value.Spent(c.Totals).Amount)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// onlineRetail returns the customers of the gift shop by their numbers: each invoice is an
// order, each credit note (C…) a return.
func onlineRetail(t *testing.T) map[string]*profile.Profile {
	type invoice struct {
		customer, number string
		at               time.Time
	}
	amounts := map[invoice]float64{}
	for _, row := range recordings.Table(t, "retail/online_retail_to_2011-05-31.csv.gz", "2,718 customers") {
		customer, _, _ := strings.Cut(row[6], ".")
		if customer == "" {
			continue
		}
		at, err := time.Parse(time.DateTime, row[4])
		require.NoError(t, err)
		amounts[invoice{customer, row[0], at}] += number(t, row[3]) * number(t, row[5])
	}
	all := map[string]*profile.Profile{}
	for i, amount := range amounts {
		c := all[i.customer]
		if c == nil {
			c = &profile.Profile{ID: i.customer}
			all[i.customer] = c
		}
		pence := int64(math.Round(amount * 100))
		if strings.HasPrefix(i.number, "C") {
			returned(c, i.number, i.at, -pence)
		} else {
			placed(c, i.number, i.at, pence)
		}
	}
	return all
}

// cdnow returns the customers of a record shop as they were at a time, and what each bought
// after it, in cents.
func cdnow(t *testing.T, until time.Time) (customers []*profile.Profile, later map[string]int64) {
	by := map[string]*profile.Profile{}
	later = map[string]int64{}
	lines := bufio.NewScanner(recordings.Open(t, "cdnow/CDNOW_sample.txt", "2,357 customers"))
	for lines.Scan() {
		row := strings.Fields(lines.Text())
		at, err := time.Parse("20060102", row[2])
		require.NoError(t, err)
		cents := int64(math.Round(number(t, row[4]) * 100))
		if !at.Before(until) {
			later[row[0]] += cents
			continue
		}
		if by[row[0]] == nil {
			by[row[0]] = &profile.Profile{ID: row[0]}
			customers = append(customers, by[row[0]])
		}
		placed(by[row[0]], row[2], at, cents)
	}
	require.NoError(t, lines.Err())
	return customers, later
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return x
}
