package rhythm

import (
	"bufio"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/recordings"
)

// The constants were not tuned on this shop, of whose orders nothing is left out: gifts that
// customers, many of them shops, buy again, in all kinds of quantities.
func TestGiftsThatAreBoughtRegularlyArePredicted(t *testing.T) {
	type purchase struct{ day, quantity float64 }
	bought := map[[2]string][]purchase{}
	columns := []string{"CustomerID", "StockCode", "InvoiceDate", "Quantity", "InvoiceNo"}
	for _, l := range recordings.Table(t, "retail/online_retail_to_2011-05-31.csv.gz", "757 cases", columns...) {
		at, err := time.Parse(time.DateOnly, l[2][:10])
		require.NoError(t, err)
		n, err := strconv.ParseFloat(l[3], 64)
		require.NoError(t, err)
		if l[0] == "" || n <= 0 || strings.HasPrefix(l[4], "C") {
			continue // nobody's, or a return
		}
		who, on := [2]string{l[0], l[1]}, float64(at.Unix()/86400)
		if i := len(bought[who]) - 1; i >= 0 && bought[who][i].day == on {
			bought[who][i].quantity += n
		} else {
			bought[who] = append(bought[who], purchase{on, n})
		}
	}
	gaps, units := map[[2]string][]float64{}, map[[2]string][]float64{}
	var all []float64
	for who, ps := range bought {
		for i := 1; i < len(ps) && len(ps) >= 4; i++ {
			gaps[who] = append(gaps[who], ps[i].day-ps[i-1].day)
			units[who] = append(units[who], ps[i-1].quantity)
			if half(buyer{household: who[0]}) == 0 {
				all = append(all, ps[i].day-ps[i-1].day)
			}
		}
	}
	overall, own, silent := median(all), errors{}, 0
	for who, g := range gaps {
		for i := 3; i < len(g) && half(buyer{household: who[0]}) == 1; i++ {
			last := units[who][i]
			if lasts, ok := chosen.lasts(g[:i], units[who][:i], last, overall/last, 3); ok {
				own.add(lasts, overall, g[i-1], g[i])
			} else {
				silent++
			}
		}
	}
	own.log(t, "three own gaps or more, and regular", own.n+silent)
	require.Less(t, own.ours, own.overall, "than the overall median")
	require.Less(t, own.ours, own.last, "than the last gap")
}

// People do not use up records.
func TestRecordsAreBoughtAtNoRegularPace(t *testing.T) {
	days, customers := map[string]map[int]bool{}, map[string]bool{}
	lines := bufio.NewScanner(recordings.Open(t, "cdnow/CDNOW_sample.txt", "527 customers"))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		customers[f[0]] = true
		on(days, f[0], "20060102", f[2])
	}
	require.NoError(t, lines.Err())
	all := gapsOf(days)
	random := rand.New(rand.NewPCG(3, 4))
	const draws = 20
	regular, byChance := 0, 0
	for _, gaps := range all {
		if _, ok := chosen.pace(gaps, 0, 3); ok {
			regular++
		}
		for range draws {
			if _, ok := chosen.pace(poisson(random, len(gaps)), 0, 3); ok {
				byChance++
			}
		}
	}
	n := float64(len(all))
	p := float64(byChance) / draws / n
	t.Logf("%d customers, %.0f with three gaps or more: %d seem regular (%.1f %%); of buyers at random %.1f %% do",
		len(customers), n, regular, 100*float64(regular)/n, 100*p)
	require.Less(t, float64(regular)/n, p+2*math.Sqrt(p*(1-p)/n), "no more than chance has it")
	require.Less(t, float64(regular)/float64(len(customers)), 0.05, "of all customers")
}

// poisson are gaps of somebody who buys at random.
func poisson(random *rand.Rand, n int) []float64 {
	gaps := make([]float64, n)
	for i := range gaps {
		gaps[i] = random.ExpFloat64()
	}
	return gaps
}
