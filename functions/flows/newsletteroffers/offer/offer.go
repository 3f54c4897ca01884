// Package offer finds what of the shop's goods is of use to the reader of a newsletter.
package offer

import (
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
)

// usual is the margin of a product whose cost is not known, as a share of its price.
const usual = 0.5

// Offer is a product for a customer, and what speaks for it.
type Offer struct {
	SKU       string
	With      string  // what the customer has or looked at that it goes with; empty: it speaks for itself
	UsedUp    bool    // they had it, and it has run out
	Relevance float64 // 1 is one look just now
	worth     float64 // relevance, more of it with a high margin
}

// Why tells what speaks for it.
func (o Offer) Why() string {
	switch {
	case o.UsedUp:
		return "used up"
	case o.With != "":
		return "goes with " + o.With
	}
	return "looked at"
}

// subjects are what showing it infers an interest in.
func (o Offer) subjects(c *profile.Profile) []string {
	all := append(showcase.Categories(c, o.SKU, o.With), o.SKU)
	if o.With != "" {
		all = append(all, o.With)
	}
	return all
}

// fits tells whether it can be made: it is sold and in stock, on the web or in the
// customer's store, unless nobody counts it there; it is not in the basket, which is
// another flow's; and it shows nothing private.
func (o Offer) fits(c *profile.Profile, facts catalog.Facts, private func(string) bool) bool {
	p, known := facts.Product(o.SKU)
	return known && !p.Discontinued && inStock(c, facts, o.SKU) && !c.InBasket(o.SKU) &&
		!slices.ContainsFunc(o.subjects(c), private)
}

func inStock(c *profile.Profile, facts catalog.Facts, sku string) bool {
	counted := false
	for _, store := range append([]string{events.StoreWeb}, c.Stores()...) {
		stock, ok := facts.Stock(store, sku)
		if ok && stock.Available > 0 {
			return true
		}
		counted = counted || ok
	}
	return !counted
}

// margin is what the shop earns on a product, as a share of its price, 0 to 1.
func margin(p catalog.Product) float64 {
	if p.Price.Amount <= 0 || p.Cost.Currency != p.Price.Currency {
		return usual
	}
	return min(1, max(0, 1-float64(p.Cost.Amount)/float64(p.Price.Amount)))
}
