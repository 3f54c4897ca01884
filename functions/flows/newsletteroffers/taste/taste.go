// Package taste is what a customer is known by: what draws them, and what they bought.
package taste

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

// most is how many products a customer is known by.
const most = 20

// Of is how much each product says of a customer at a time: as much as it draws them
// (profile.Interests), and 1 if they bought it lately; nothing, if they brought it back.
func Of(c *profile.Profile, at time.Time, lately time.Duration) map[string]float64 {
	all := map[string]float64{}
	for _, i := range c.Interests(at) {
		if i.SKU != "" {
			all[i.SKU] += i.Score
		}
	}
	bought := Bought(c, at.Add(-lately))
	for sku := range bought {
		all[sku]++
	}
	for _, back := range c.Returned {
		for _, sku := range back.SKUs {
			if had, ok := bought[sku]; ok && back.At.After(had.At) {
				delete(all, sku)
			}
		}
	}
	strongest := slices.SortedFunc(maps.Keys(all), func(a, b string) int {
		return cmp.Or(cmp.Compare(all[b], all[a]), cmp.Compare(a, b))
	})
	for _, sku := range strongest[min(most, len(strongest)):] {
		delete(all, sku)
	}
	return all
}

// Purchase is when a product was bought last, and how many.
type Purchase struct {
	At time.Time
	N  int
}

// Bought are the products that a customer bought since a time.
func Bought(c *profile.Profile, since time.Time) map[string]Purchase {
	all := map[string]Purchase{}
	for _, o := range slices.Backward(c.Placed) { // the latest counts
		if o.At.Before(since) {
			continue
		}
		for _, l := range o.Lines {
			p := Purchase{o.At, l.Quantity}
			if had := all[l.SKU]; had.At.Equal(o.At) { // on two lines of the order
				p.N += had.N
			}
			all[l.SKU] = p
		}
	}
	return all
}

// UsedUp tells whether it has run out at a time, by how long one typically lasts.
func (p Purchase) UsedUp(of catalog.Product, at time.Time) bool {
	lasts := time.Duration(of.Consumable.TypicalDays*p.N) * 24 * time.Hour
	return lasts > 0 && !at.Before(p.At.Add(lasts))
}
