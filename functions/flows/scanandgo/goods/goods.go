// Package goods finds what goes with a shopper's basket and can be had in the store they are in.
package goods

import (
	"slices"

	"redthread.dev/functions/flows/scanandgo/visit"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/together"
)

// asked is how many products are looked for in the store.
const asked = 20

// Need asks for what goes with the basket, and then whether that is in the store.
func Need(v visit.Visit) catalog.Need {
	if len(v.Basket) == 0 {
		return catalog.Need{}
	}
	return catalog.Need{SKUs: v.Basket, Together: v.Basket, StoreIDs: []string{v.Store}, Then: func(known catalog.Facts) (need catalog.Need) {
		for _, m := range matches(v, known) {
			need.SKUs = append(need.SKUs, m.SKU)
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: v.Store, SKU: m.SKU})
		}
		return need
	}}
}

// matches are what goes with a basket and was not touched yet, the best first.
func matches(v visit.Visit, facts catalog.Facts) []together.Match {
	all := showcase.GoesWith(v.Basket, facts)
	all = slices.DeleteFunc(all, func(m together.Match) bool { return slices.Contains(v.Touched, m.SKU) })
	return all[:min(len(all), asked)]
}

// Best returns the first match that is in the store and on sale, and neither private nor
// suggested by what is; some tells whether there was any match at all. The facts are those of
// Need.
func Best(v visit.Visit, facts catalog.Facts, private func(sku string) bool) (found together.Match, some bool) {
	all := matches(v, facts)
	i := slices.IndexFunc(all, func(x together.Match) bool {
		p, known := facts.Product(x.SKU)
		stock, _ := facts.Stock(v.Store, x.SKU)
		return known && !p.Discontinued && stock.Available > 0 && !private(x.SKU) && !private(x.With)
	})
	if i < 0 {
		return together.Match{}, len(all) > 0
	}
	return all[i], true
}
