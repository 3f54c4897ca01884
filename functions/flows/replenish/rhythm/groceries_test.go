package rhythm

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/recordings"
)

// buyer is a household's days of buying one category.
type buyer struct{ household, category string }

// gapsOf are the days between the days on which somebody bought, of those with four or more.
func gapsOf[K comparable](days map[K]map[int]bool) map[K][]float64 {
	all := map[K][]float64{}
	for who, set := range days {
		sorted := slices.Sorted(maps.Keys(set))
		for i := 1; i < len(sorted) && len(sorted) >= 4; i++ {
			all[who] = append(all[who], float64(sorted[i]-sorted[i-1]))
		}
	}
	return all
}

func on[K comparable](days map[K]map[int]bool, who K, layout, date string) {
	if days[who] == nil {
		days[who] = map[int]bool{}
	}
	at, err := time.Parse(layout, date)
	if err != nil {
		panic(err)
	}
	days[who][int(at.Unix()/86400)] = true
}

func groceries(t testing.TB) map[buyer][]float64 {
	const folder = "retail/completejourney/"
	category := map[string]string{}
	for _, p := range recordings.Table(t, folder+"products.csv.gz", "4,448 cases", "product_id", "product_category") {
		category[p[0]] = p[1]
	}
	days := map[buyer]map[int]bool{}
	for _, l := range recordings.Table(t, folder+"transactions_sample.csv.gz", "4,448 cases", "household_id", "product_id", "transaction_timestamp") {
		if c := category[l[1]]; c != "" && c != "NA" {
			on(days, buyer{l[0], c}, time.DateOnly, l[2][:10])
		}
	}
	return gapsOf(days)
}

// half is the one of two that a household is in.
func half(b buyer) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(b.household))
	return h.Sum32() % 2
}

// learnt is what one half of the households tells of the other.
type learnt struct {
	overall  float64            // median gap
	category map[string]float64 // likewise, from 50 gaps on: in place of what a shop says is typical
}

func (l learnt) typical(category string) float64 {
	if days, ok := l.category[category]; ok {
		return days
	}
	return l.overall
}

// learn leaves out categories of which too little is known: the standard error of the median
// of n gaps at random is 1/(ln 2 · √n) of it, with 50 a fifth.
func learn(all map[buyer][]float64) learnt {
	var gaps []float64
	by := map[string][]float64{}
	for b, g := range all {
		if half(b) == 0 {
			gaps = append(gaps, g...)
			by[b.category] = append(by[b.category], g...)
		}
	}
	l := learnt{median(gaps), map[string]float64{}}
	for category, g := range by {
		if len(g) >= 50 {
			l.category[category] = median(g)
		}
	}
	return l
}

// errors are sums of how many days off predictions of the same gaps are.
type errors struct {
	n                   int
	ours, overall, last float64
}

func (e *errors) add(lasts, overall, last, truth float64) {
	e.n++
	e.ours += math.Abs(lasts - truth)
	e.overall += math.Abs(overall - truth)
	e.last += math.Abs(last - truth)
}

func (e errors) log(t testing.TB, what string, of int) {
	n := float64(max(e.n, 1))
	t.Logf("%-44s %5d of %d: mean error in days: ours %.2f, overall median %.2f, last gap %.2f", what, e.n, of, e.ours/n, e.overall/n, e.last/n)
}

// predicted plays the purchases of one half of the households: of each gap but the first two
// it is asked what the earlier ones tell.
func (s sense) predicted(all map[buyer][]float64, l learnt, of uint32) (own, typical errors, silent int) {
	for b, gaps := range all {
		for i := 2; i < len(gaps) && half(b) == of; i++ {
			lasts, ok := s.pace(gaps[:i], l.typical(b.category), 3)
			switch {
			case !ok:
				silent++
			case i < 3:
				typical.add(lasts, l.overall, gaps[i-1], gaps[i])
			default:
				own.add(lasts, l.overall, gaps[i-1], gaps[i])
			}
		}
	}
	return own, typical, silent
}

// Complete Journey's sample is one line in twenty of what the households bought, so that
// most of what is regular in it is lost.
func TestGroceriesThatAreBoughtRegularlyArePredicted(t *testing.T) {
	all := groceries(t)
	l := learn(all)
	own, typical, silent := chosen.predicted(all, l, 1)
	every := errors{own.n + typical.n, own.ours + typical.ours, own.overall + typical.overall, own.last + typical.last}
	of := every.n + silent
	own.log(t, "three own gaps or more, and regular", of)
	typical.log(t, "fewer than three: as is typical", of)
	every.log(t, "all that we say something of", of)
	t.Logf("%-44s %5d of %d", "irregular: nothing is said", silent, of)
	t.Logf("coverage: %.1f %% of all gaps; of those with three before them %.1f %%",
		100*float64(every.n)/float64(of), 100*float64(own.n)/float64(own.n+silent))
	for name, e := range map[string]errors{"own": own, "all": every} {
		require.Less(t, e.ours, e.overall, "%s: than the overall median", name)
		require.Less(t, e.ours, e.last, "%s: than the last gap", name)
	}
	require.Greater(t, silent, own.n, "who buys at no regular pace gets nothing")
}

// The constants were not made up: on the half that the other test leaves alone none of these
// does better, of those by which at most a tenth of the buyers at random seem regular.
func TestTheConstantsAreTheBestOnTheOtherHalf(t *testing.T) {
	all := groceries(t)
	l := learn(all)
	saved := func(s sense) float64 {
		own, _, _ := s.predicted(all, l, 0)
		return min(own.overall, own.last) - own.ours
	}
	best := saved(chosen)
	t.Logf("%+v saves %.0f days", chosen, best)
	require.Positive(t, best)
	for _, most := range []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1} {
		for _, apart := range []float64{0.05, 0.1, 0.15, 0.2, 0.3} {
			s := sense{most: most, proof: chosen.proof * (most - 0.07) / (chosen.most - 0.07), apart: apart}
			if share := s.atRandom(all); share <= 0.1 {
				t.Logf("%+v saves %.0f days; at random %.1f %% seem regular", s, saved(s), 100*share)
				require.LessOrEqual(t, saved(s), best+1e-6, "%+v", s)
			}
		}
	}
}

// atRandom is the share of buyers at random, with as many gaps, who seem regular.
func (s sense) atRandom(all map[buyer][]float64) float64 {
	random := rand.New(rand.NewPCG(1, 2))
	n, regular := 0, 0
	for _, b := range slices.SortedFunc(maps.Keys(all), func(a, b buyer) int {
		return strings.Compare(a.household+" "+a.category, b.household+" "+b.category)
	}) {
		for i := 3; i < len(all[b]) && half(b) == 0; i++ {
			n++
			if _, ok := s.pace(poisson(random, i), 0, 3); ok {
				regular++
			}
		}
	}
	return float64(regular) / float64(n)
}
