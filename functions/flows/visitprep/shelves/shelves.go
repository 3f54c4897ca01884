// Package shelves is what the stores near a customer have of a product.
package shelves

import (
	"slices"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
)

// Shelves are those of some stores, looked at for one product.
type Shelves struct {
	Stores []catalog.Nearby // the one that the customer uses first, then the closest
	SKU    string           // empty: none, but for where the stores are
	facts  catalog.Facts
}

// Near are the shelves of the stores that a customer uses or lives within so many kilometres
// of, by the facts that showcase.NeedNear asks for.
func Near(c *profile.Profile, facts catalog.Facts, km float64, sku string) Shelves {
	return Shelves{showcase.Near(c, facts, km), sku, facts}
}

// Bare are the same stores, looked at for no product.
func (s Shelves) Bare() Shelves {
	s.SKU = ""
	return s
}

// Having are those of the stores that have the product.
func (s Shelves) Having() []catalog.Nearby {
	return slices.DeleteFunc(slices.Clone(s.Stores), func(x catalog.Nearby) bool { return s.Available(x) <= 0 })
}

// Available is how many a store has; none of what is sold no more.
func (s Shelves) Available(x catalog.Nearby) int {
	if product, _ := s.facts.Product(s.SKU); product.Discontinued {
		return 0
	}
	stock, _ := s.facts.Stock(x.Store.StoreID, s.SKU)
	return stock.Available
}

// Counted tells whether any of the stores has said how many it has, if only none.
func (s Shelves) Counted() bool {
	return slices.ContainsFunc(s.Stores, func(x catalog.Nearby) bool {
		_, ok := s.facts.Stock(x.Store.StoreID, s.SKU)
		return ok
	})
}

// SeenBy tells whether the customer has been in a store that has the product, since it counted
// what it has.
func (s Shelves) SeenBy(c *profile.Profile) bool {
	return slices.ContainsFunc(s.Having(), func(x catalog.Nearby) bool {
		stock, _ := s.facts.Stock(x.Store.StoreID, s.SKU)
		return slices.ContainsFunc(c.VisitsSince(stock.Updated), func(v profile.Visit) bool { return v.StoreID == x.Store.StoreID })
	})
}
