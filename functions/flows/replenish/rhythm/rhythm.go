// Package rhythm works out from the gaps between a customer's purchases when the next one is
// due, as far as there is a rhythm in them.
package rhythm

import (
	"math"
	"slices"
)

// sense is how gaps between purchases are read.
type sense struct {
	most  float64 // spread from which on nobody is regular, however many gaps there are; at random it is 1
	proof float64 // how much less it must be for few gaps, times their number
	apart float64 // how far customers are from what is typical, as a standard deviation of the logarithm
}

// chosen is the best on one half of the households of Complete Journey; see TestGroceries,
// which is on the other.
var chosen = sense{most: 0.9, proof: 2.5, apart: 0.1}

// Lasts is the time from the last purchase to the next, in the unit of the gaps between the
// earlier ones: gaps[i] came after units[i] were bought, and last units were bought last.
// Typical is how long one unit lasts; 0: nobody knows. Below the least number of gaps, 3 at
// least, it is what counts; ok is false for a customer whose gaps are irregular.
func Lasts(gaps, units []float64, last, typical float64, least int) (time float64, ok bool) {
	return chosen.lasts(gaps, units, last, typical, least)
}

// lasts: some buy when they have used up what they had, so that two last twice as long as
// one; others come each month, whatever they took the last time. What the gaps are more
// regular by is taken for what it is, as long as what was taken last is no more than ever.
func (s sense) lasts(gaps, units []float64, last, typical float64, least int) (time float64, ok bool) {
	each := make([]float64, len(gaps))
	for i, g := range gaps {
		each[i] = g / units[i]
	}
	if len(gaps) >= least && last <= slices.Max(units) && spread(gaps) < spread(each)-1e-9 {
		return s.pace(gaps, typical*last, least)
	}
	time, ok = s.pace(each, typical, least)
	return time * last, ok
}

// pace returns how long one unit lasts a customer, in the unit of the gaps between their
// purchases, each gap already divided by the units that were bought before it. Below the
// least number of gaps, 3 at least, it is the typical one; ok is false for a customer whose
// gaps are irregular. With n gaps of median m:
//
//	spread   d = mean |gap − m| / m                0 for a clock, near 1 at random
//	regular  d ≤ 0.9 − 2.5/n                       three gaps must all but agree, ten may vary
//	pace     m^w · typical^(1−w)                   the more alike the gaps, the more they count
//	weight   w = n / (n + (d/0.1)²)
//
// At random d is 1, as the mean deviation of an exponential variable from its median is the
// median. The weight is that of empirical Bayes, with d for the standard deviation of a
// gap's logarithm: B. Efron and C. Morris, "Stein's estimation rule and its competitors",
// JASA 68 (1973). A typical gap of 0 is unknown: then the customer's own counts alone.
func (s sense) pace(gaps []float64, typical float64, least int) (lasts float64, ok bool) {
	if len(gaps) < least {
		return typical, typical > 0
	}
	n, m, d := float64(len(gaps)), median(gaps), spread(gaps)
	if !(d <= s.most-s.proof/n) { // as it is of no number
		return 0, false
	}
	if typical <= 0 {
		return m, true
	}
	doubt := d * d / (s.apart * s.apart)
	return math.Exp((n*math.Log(m) + doubt*math.Log(typical)) / (n + doubt)), true
}

// spread is the mean deviation from the median, as a share of it.
func spread(gaps []float64) float64 {
	m := median(gaps)
	var off float64
	for _, g := range gaps {
		off += math.Abs(g - m)
	}
	return off / float64(len(gaps)) / m
}

func median(xs []float64) float64 {
	sorted := slices.Sorted(slices.Values(xs))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
