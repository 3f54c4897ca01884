// Package shelves finds what a customer who is in a store can be helped with: which of what
// they want is on its shelves, what of the offers it has that they care for, and what there is
// to read about it.
package shelves

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
)

const (
	rows = 5 // goods that are shown
	few  = 2 // offers are
)

// Help is what can be said to a customer in a store.
type Help struct {
	Goods   []Good // what the store has comes first
	Here    int    // of the goods
	Offers  []string
	HasRead bool         // they have read about something …
	Topic   profile.View // … which is this; else it is what the store has, if anything
}

// Good is a product, and how many of it are on the shelves.
type Good struct {
	SKU       string
	Available int
}

// Find returns the help that the facts, those of Need, allow for at a time. What is private, a
// product or a category, is not for whoever happens to look.
func (s Search) Find(facts catalog.Facts, now time.Time, private func(skuOrCategory string) bool) (h Help) {
	wanted := s.wanted()
	for _, sku := range wanted {
		if n, ok := s.onShelf(facts, sku, private); ok {
			h.Goods = append(h.Goods, Good{sku, n})
		}
	}
	slices.SortStableFunc(h.Goods, func(x, y Good) int { return -cmp.Compare(min(1, x.Available), min(1, y.Available)) })
	h.Goods = h.Goods[:min(rows, len(h.Goods))]
	for _, g := range h.Goods {
		h.Here += min(1, g.Available)
	}
	for _, sku := range s.Offers {
		if n, _ := s.onShelf(facts, sku, private); n > 0 && len(h.Offers) < few && !slices.Contains(wanted, sku) && s.cares(facts, now, sku) {
			h.Offers = append(h.Offers, sku)
		}
	}
	h.Topic, h.HasRead = s.read()
	if h.HasRead && (private(h.Topic.SKU) || private(h.Topic.Category)) {
		h.Topic, h.HasRead = profile.View{}, false
	}
	if !h.HasRead && h.Here > 0 {
		h.Topic.SKU = h.Goods[0].SKU
	}
	return h
}

// onShelf is how many of a product the store has, 0 or more. It is false for what may not be
// shown: what is sold no more or private, and what the store has not counted.
func (s Search) onShelf(facts catalog.Facts, sku string, private func(string) bool) (n int, ok bool) {
	product, known := facts.Product(sku)
	stock, counted := facts.Stock(s.Store, sku)
	if !known || !counted || product.Discontinued || slices.ContainsFunc(append(showcase.Categories(s.Customer, sku), sku), private) {
		return 0, false
	}
	return max(0, stock.Available), true
}

// cares tells whether the customer has shown an interest in what a product is.
func (s Search) cares(facts catalog.Facts, now time.Time, sku string) bool {
	product, _ := facts.Product(sku)
	return slices.ContainsFunc(s.Customer.Interests(now), func(i profile.Interest) bool {
		return slices.Contains(product.Categories, i.Category)
	})
}

// Empty tells whether there is nothing to help with.
func (h Help) Empty() bool { return h.Here+len(h.Offers) == 0 && !h.HasRead }

// Shown are the products and categories that the help speaks of.
func (h Help) Shown() []string {
	all := slices.Clone(h.Offers)
	for _, g := range h.Goods {
		all = append(all, g.SKU)
	}
	return append(all, h.Topic.SKU, h.Topic.Category)
}
