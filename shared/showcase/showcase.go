// Package showcase shows products to a customer: what a message says of them, and of the
// store where they can be had.
package showcase

import (
	"slices"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// Need asks for products, and for their stock in the store that the customer uses.
func Need(c *profile.Profile, skus ...string) catalog.Need {
	if len(skus) == 0 {
		return catalog.Need{}
	}
	stores := c.Stores()
	need := catalog.Need{SKUs: skus, StoreIDs: stores[:min(1, len(stores))]}
	for _, store := range need.StoreIDs {
		for _, sku := range skus {
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: store, SKU: sku})
		}
	}
	return need
}

// Store returns the store that the customer uses, if it has that many of each product,
// as far as is known.
func Store(c *profile.Profile, facts catalog.Facts, quantities map[string]int) (catalog.Store, bool) {
	stores := c.Stores()
	if len(stores) == 0 {
		return catalog.Store{}, false
	}
	for sku, n := range quantities {
		if stock, ok := facts.Stock(stores[0], sku); !ok || stock.Available < n {
			return catalog.Store{}, false
		}
	}
	return facts.Store(stores[0])
}

// Where names a store under a label, the key of a text, and tells under "hours" when it is
// open on the day of now and next; a dash, when that is not known.
func Where(s *words.Speech, label string, store catalog.Store, facts catalog.Facts, now time.Time) words.Block {
	open := "–"
	if hours, ok := facts.Hours(store.StoreID); ok {
		open = hours.Describe(now, s.Locale())
	}
	return words.Facts(words.Fact{Label: s.Say(label), Value: store.Name}, words.Fact{Label: s.Say("hours"), Value: open})
}

// Item shows a product as the catalogue knows it, else as the customer saw it last.
func Item(c *profile.Profile, facts catalog.Facts, sku, locale string) words.Item {
	if p, ok := facts.Product(sku); ok {
		return words.Item{Title: p.Name, Price: words.Money(p.Price, locale), ImageURL: p.ImageURL, URL: p.URL}
	}
	item := words.Item{Title: sku}
	if i := slices.IndexFunc(c.Views, func(v profile.View) bool { return v.SKU == sku && v.Name != "" }); i >= 0 {
		item.Title = c.Views[i].Name
		if price := c.Views[i].Price; price.Currency != "" {
			item.Price = words.Money(price, locale)
		}
	}
	return item
}

// Shelf says how many of a product a store has, by the texts shelf.none, shelf.few and
// shelf.many, which may use Count: nobody counts beyond ten. The error is that of Voice.Say.
func Shelf(voice words.Voice, available int) (string, error) {
	level := "shelf.many"
	switch {
	case available <= 0:
		level = "shelf.none"
	case available < 10:
		level = "shelf.few"
	}
	return voice.Say(level, map[string]any{"Count": available})
}

// Categories returns what products are, as the customer saw them.
func Categories(c *profile.Profile, skus ...string) []string {
	var all []string
	for _, v := range c.Views {
		if v.Category != "" && slices.Contains(skus, v.SKU) && !slices.Contains(all, v.Category) {
			all = append(all, v.Category)
		}
	}
	return all
}
