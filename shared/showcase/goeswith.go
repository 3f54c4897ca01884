package showcase

import (
	"slices"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/together"
)

// GoesWith is what goes with some products and is none of them, the best first: by what is
// bought together; after that, as there is none of it for what is new, by the shop's word,
// which has no Times and no Lift. The facts must know of the products, and what they are
// bought with.
func GoesWith(skus []string, facts catalog.Facts) []together.Match {
	all := together.Best(skus, facts.Companions)
	for _, sku := range slices.Sorted(slices.Values(skus)) {
		p, _ := facts.Product(sku)
		for _, other := range p.Complements {
			there := slices.Contains(skus, other) || slices.ContainsFunc(all, func(m together.Match) bool { return m.SKU == other })
			if !there {
				all = append(all, together.Match{SKU: other, With: sku})
			}
		}
	}
	return all
}
