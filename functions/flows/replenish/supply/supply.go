// Package supply is what a customer uses up and buys again, as their orders tell.
package supply

import (
	"slices"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

// Supply is something that a customer uses up and buys again. The products of one category,
// the most telling one of each, take each other's place: a large pack that of a small one.
type Supply struct {
	Name   string     // the category, or the product when it has none
	SKU    string     // what was bought of it last
	Bought []Purchase // oldest first
}

// Purchase is what was bought on a day, and how many days it lasts as the catalogue knows it.
type Purchase struct {
	At   time.Time
	Days float64
}

// NameOf is the supply that a product belongs to, which is none where UsedUp is false.
func NameOf(p catalog.Product) string {
	if len(p.Categories) > 0 {
		return p.Categories[0]
	}
	return p.SKU
}

// UsedUp tells whether a product is one that runs out.
func UsedUp(p catalog.Product) bool { return p.Consumable.TypicalDays > 0 }

// Of is what the kept orders tell, but for presents and what came back.
func Of(c *profile.Profile, facts catalog.Facts) []Supply {
	var all []Supply
	for _, o := range slices.Backward(c.Orders()) {
		for _, line := range o.Lines {
			product, _ := facts.Product(line.SKU)
			if o.Gift != "" || !UsedUp(product) || back(o, line.SKU) {
				continue
			}
			i := slices.IndexFunc(all, func(s Supply) bool { return s.Name == NameOf(product) })
			if i < 0 {
				i = len(all)
				all = append(all, Supply{Name: NameOf(product)})
			}
			all[i].add(line.SKU, o.At, float64(line.Quantity)*float64(product.Consumable.TypicalDays))
		}
	}
	return all
}

func back(o profile.Order, sku string) bool {
	return slices.ContainsFunc(o.Returns, func(r profile.Returned) bool { return slices.Contains(r.SKUs, sku) })
}

// add counts what is bought within a day as one purchase.
func (s *Supply) add(sku string, at time.Time, days float64) {
	s.SKU = sku
	if last := len(s.Bought) - 1; last >= 0 && at.Sub(s.Bought[last].At) < 24*time.Hour {
		s.Bought[last] = Purchase{at, s.Bought[last].Days + days}
		return
	}
	s.Bought = append(s.Bought, Purchase{at, days})
}

// Last is what was bought of it last.
func (s Supply) Last() Purchase { return s.Bought[len(s.Bought)-1] }

// Gaps are the days between purchases, and how many days the first of the two lasts as the
// catalogue knows it. One in which an order had more lines than are kept is left out.
func (s Supply) Gaps(c *profile.Profile) (gaps, units []float64) {
	for i := 1; i < len(s.Bought); i++ {
		if was, at := s.Bought[i-1], s.Bought[i].At; !Unseen(c, was.At, at) {
			gaps, units = append(gaps, at.Sub(was.At).Hours()/24), append(units, was.Days)
		}
	}
	return gaps, units
}

// Unseen tells whether between two times there is an order of which not all lines are kept,
// so that a purchase may be among them.
func Unseen(c *profile.Profile, from, to time.Time) bool {
	return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.More > 0 && o.Gift == "" && o.At.After(from) && o.At.Before(to)
	})
}
