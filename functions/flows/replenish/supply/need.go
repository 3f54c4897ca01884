package supply

import (
	"slices"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

// Bought are the products of the kept orders; which of them run out the catalogue says.
func Bought(c *profile.Profile) []string {
	var skus []string
	for _, o := range c.Placed {
		for _, line := range o.Lines {
			if o.Gift == "" && !slices.Contains(skus, line.SKU) {
				skus = append(skus, line.SKU)
			}
		}
	}
	return skus
}

// NeedAfter asks for the products of an order, and for what else was ever bought only when
// something of it is used up: most orders are of nothing such.
func NeedAfter(c *profile.Profile, order string) catalog.Need {
	return catalog.Need{SKUs: lines(c, order), Then: func(known catalog.Facts) (n catalog.Need) {
		if Fills(c, order, known) {
			n.SKUs = Bought(c)
		}
		return n
	}}
}

// NeedIn asks for what a customer ever bought, and whether a store has what of it is used up.
func NeedIn(c *profile.Profile, store string) catalog.Need {
	skus := Bought(c)
	if len(skus) == 0 {
		return catalog.Need{}
	}
	return catalog.Need{SKUs: skus, Then: func(known catalog.Facts) (n catalog.Need) {
		for _, s := range Of(c, known) {
			n.Stock = append(n.Stock, catalog.StockOf{StoreID: store, SKU: s.SKU})
		}
		if len(n.Stock) > 0 {
			n.StoreIDs = []string{store}
		}
		return n
	}}
}

// Fills tells whether something of an order is used up.
func Fills(c *profile.Profile, order string, facts catalog.Facts) bool {
	return slices.ContainsFunc(lines(c, order), func(sku string) bool {
		product, _ := facts.Product(sku)
		return UsedUp(product)
	})
}

// lines are the products of one order, as far as they are kept.
func lines(c *profile.Profile, order string) (skus []string) {
	o, _ := c.Order(order)
	for _, line := range o.Lines {
		skus = append(skus, line.SKU)
	}
	return skus
}
