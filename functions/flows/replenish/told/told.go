// Package told is what a customer was told of what runs out, so that nobody hears of the same
// purchase twice.
package told

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/replenish/runout"
	"redthread.dev/functions/flows/replenish/supply"
	"redthread.dev/shared/catalog"
)

// Before is what was written about, if the policy let it be, by the name of the supply.
type Before struct {
	Told map[string]Word `json:"told,omitempty"`
}

// Word is the product that a letter showed, and the purchase that was running out.
type Word struct {
	SKU    string    `json:"sku"`
	Bought time.Time `json:"bought"`
	Till   bool      `json:"till,omitempty"` // no letter showed it, but a till
}

// Said tells whether a letter or a till was about it since it was bought.
func (b Before) Said(e runout.End) bool {
	w, ok := b.Told[e.Name]
	return ok && !w.Bought.Before(e.Last().At)
}

// Untold are those that no letter was about since they were bought. Whether a customer was
// really asked at a till nobody knows.
func (b Before) Untold(all []runout.End) []runout.End {
	return slices.DeleteFunc(slices.Clone(all), func(e runout.End) bool { return b.Said(e) && !b.Told[e.Name].Till })
}

// Shown tells whether an order has what a letter was about.
func (b Before) Shown(lines []events.Line, facts catalog.Facts) bool {
	return slices.ContainsFunc(lines, func(l events.Line) bool {
		product, _ := facts.Product(l.SKU)
		for name, w := range b.Told {
			if w.SKU == l.SKU || supply.UsedUp(product) && name == supply.NameOf(product) {
				return true
			}
		}
		return false
	})
}

// With adds what a letter, or a till, is about, and forgets what is in none of the kept orders
// any more.
func (b Before) With(ends []runout.End, known []supply.Supply, till bool) Before {
	all := map[string]Word{}
	for _, k := range known {
		if w, ok := b.Told[k.Name]; ok {
			all[k.Name] = w
		}
	}
	for _, e := range ends {
		all[e.Name] = Word{e.SKU, e.Last().At, till}
	}
	return Before{all}
}
