package together

import (
	"cmp"
	"slices"
)

// Products returns the products of some baskets, each once, in order.
func Products(baskets []Basket) []string {
	var all []string
	for _, b := range baskets {
		all = append(all, b.SKUs...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Count adds baskets, in the order of their places, to the documents of their products,
// and returns the products whose documents have changed. Known has a document for each of
// Products(baskets), as it was read; before is how many baskets were counted before these.
// A document that has counted some of the baskets already, as one of a batch that was
// broken off, counts the others. A basket of n products takes n² steps.
func Count(baskets []Basket, known map[string]*Bought, before int) (changed []string) {
	fresh := map[string]map[string]int{}
	for _, b := range baskets {
		for _, sku := range b.SKUs {
			doc := known[sku]
			if doc.Through >= b.At {
				continue
			}
			if fresh[sku] == nil {
				fresh[sku] = map[string]int{}
				changed = append(changed, sku)
			}
			doc.Baskets++
			for _, other := range b.SKUs {
				if other != sku {
					fresh[sku][other]++
				}
			}
		}
	}
	total := float64(before + len(baskets))
	for _, sku := range changed {
		doc := known[sku]
		doc.Through = baskets[len(baskets)-1].At
		doc.add(fresh[sku], func(other string) float64 { return min(1, float64(known[other].Baskets)/total) })
	}
	slices.Sort(changed)
	return changed
}

// add merges exact counts into those kept, as summaries of Space-Saving are merged
// (Agarwal et al.: Mergeable Summaries, 2012, section 3.2): what was not kept so far may
// have been counted as often as the least of those kept, and was then dropped.
func (b *Bought) add(fresh map[string]int, share func(sku string) float64) {
	least := 0
	if b.Dropped && len(b.With) > 0 {
		least = b.With[len(b.With)-1].Times
	}
	for i := range b.With {
		p := &b.With[i]
		if n, met := fresh[p.SKU]; met {
			p.Times, p.Share = p.Times+n, share(p.SKU)
			delete(fresh, p.SKU)
		}
	}
	for sku, n := range fresh {
		b.With = append(b.With, Partner{SKU: sku, Times: least + n, Over: least, Share: share(sku)})
	}
	slices.SortFunc(b.With, func(p, q Partner) int {
		return cmp.Or(cmp.Compare(q.Times, p.Times), cmp.Compare(p.Over, q.Over), cmp.Compare(p.SKU, q.SKU))
	})
	if len(b.With) > Kept {
		b.With, b.Dropped = slices.Clip(b.With[:Kept]), true
	}
}
