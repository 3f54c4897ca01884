package together

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// How much it takes until two products are held to go together.
const (
	// Least is how many baskets must have held both, for certain: once or twice is chance.
	Least = 3
	// Doubt is how many baskets, bought as if by chance, are added to those that were seen.
	// On invoices from before those that the tests ask about, 3 to 30 found the same.
	Doubt = 10
	// listed is how many of a product's companions are asked about.
	listed = 40
)

// Companion is a product that is bought with another more often than by chance.
type Companion struct {
	SKU   string
	Times int     // baskets that held both, at least
	Lift  float64 // how many times as often as by chance, cautiously; more than 1
}

// Companions returns what a product is bought with more often than by chance, the highest
// lift first.
//
// The lift of two products is P(ab) ÷ (P(a) × P(b)) (Brin, Motwani, Ullman, Tsur: Dynamic
// Itemset Counting and Implication Rules for Market Basket Data, 1997, as interest), which
// is to say how often they were bought together over how often they would have been by
// chance. Of rare products that says little, so it is shrunk towards 1: (n + d) ÷ (e + d),
// for n that were seen, e that were expected and d the Doubt, is the mean of what n says of
// a ratio of which Gamma(d, d) was believed (DuMouchel: Bayesian Data Mining in Large
// Frequency Tables, 1999, with one prior instead of a mixture).
func (b Bought) Companions() []Companion {
	var all []Companion
	for _, p := range b.With {
		n := p.Times - p.Over
		if lift := (float64(n) + Doubt) / (float64(b.Baskets)*p.Share + Doubt); n >= Least && lift > 1 {
			all = append(all, Companion{p.SKU, n, lift})
		}
	}
	slices.SortFunc(all, func(p, q Companion) int {
		return cmp.Or(cmp.Compare(q.Lift, p.Lift), cmp.Compare(p.SKU, q.SKU))
	})
	kept := slices.Clone(all[:min(len(all), listed)])
	for i := range kept {
		kept[i].SKU = strings.Clone(kept[i].SKU) // which would hold on to the document it was read from
	}
	return kept
}

// Match is a product that goes with what is in a basket.
type Match struct {
	SKU   string
	With  string // the product of the basket that it goes with most
	Times int    // baskets that held both, at least
	Lift  float64

	weight float64
}

// Best returns what goes with a basket and is not in it, the best first: that for which
// the logarithms of its lifts over all products of the basket add up to most, as if these
// said independently of each other what else is wanted.
func Best(basket []string, companions func(sku string) []Companion) []Match {
	basket = slices.Compact(slices.Sorted(slices.Values(basket)))
	found := map[string]*Match{}
	var all []*Match
	for _, sku := range basket {
		for _, c := range companions(sku) {
			m := found[c.SKU]
			if m == nil {
				m = &Match{SKU: c.SKU}
				found[c.SKU] = m
				all = append(all, m)
			}
			m.weight += math.Log(c.Lift)
			if c.Lift > m.Lift {
				m.With, m.Times, m.Lift = sku, c.Times, c.Lift
			}
		}
	}
	slices.SortFunc(all, func(m, n *Match) int {
		return cmp.Or(cmp.Compare(n.weight, m.weight), cmp.Compare(m.SKU, n.SKU))
	})
	var best []Match
	for _, m := range all {
		if _, there := slices.BinarySearch(basket, m.SKU); !there {
			best = append(best, *m)
		}
	}
	return best
}
