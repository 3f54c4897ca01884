package replenish

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

const day = 24 * time.Hour

// supply is something that a customer uses up and buys again. The products of one category,
// the most telling one of each, take each other's place: a large pack that of a small one.
type supply struct {
	name   string     // the category, or the product when it has none
	sku    string     // what was bought of it last
	bought []purchase // oldest first
}

// purchase is what was bought on a day, and how many days it lasts as the catalogue knows it.
type purchase struct {
	at   time.Time
	days float64
}

// longest bounds how many days a purchase lasts: the catalogue's bound for one product.
const longest = 3650

// nameOf is the supply that a product belongs to.
func nameOf(p catalog.Product) string {
	if len(p.Categories) > 0 {
		return p.Categories[0]
	}
	return p.SKU
}

// supplies are what the kept orders tell, but for presents and what came back.
func supplies(c *profile.Profile, facts catalog.Facts) []supply {
	var all []supply
	for _, o := range slices.Backward(c.Orders()) {
		for _, line := range o.Lines {
			product, _ := facts.Product(line.SKU)
			if o.Gift != "" || product.Consumable.TypicalDays == 0 || back(o, line.SKU) {
				continue
			}
			i := slices.IndexFunc(all, func(s supply) bool { return s.name == nameOf(product) })
			if i < 0 {
				i = len(all)
				all = append(all, supply{name: nameOf(product)})
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
func (s *supply) add(sku string, at time.Time, days float64) {
	s.sku = sku
	if last := len(s.bought) - 1; last >= 0 && at.Sub(s.bought[last].at) < day {
		s.bought[last] = purchase{at, s.bought[last].days + days}
		return
	}
	s.bought = append(s.bought, purchase{at, days})
}

func (s supply) last() purchase { return s.bought[len(s.bought)-1] }

// gaps are the days between purchases, and how many days the first of the two lasts as the
// catalogue knows it. One in which an order had more lines than are kept is left out.
func (s supply) gaps(c *profile.Profile) (gaps, units []float64) {
	for i := 1; i < len(s.bought); i++ {
		if was, at := s.bought[i-1], s.bought[i].at; !unseen(c, was.at, at) {
			gaps, units = append(gaps, at.Sub(was.at).Hours()/24), append(units, was.days)
		}
	}
	return gaps, units
}

// unseen tells whether between two times there is an order of which not all lines are kept,
// so that a purchase may be among them.
func unseen(c *profile.Profile, from, to time.Time) bool {
	return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.More > 0 && o.Gift == "" && o.At.After(from) && o.At.Before(to)
	})
}

// end is when a supply runs out.
type end struct {
	supply
	at time.Time
	by string // what it was worked out from
}

// Why a customer hears of nothing that they use up.
const (
	unknown   = "nothing runs out that is known of"
	uneven    = "bought at no regular pace"
	withdrawn = "no longer sold"
	private   = "private" // that it runs out would be inferred
	hidden    = "an order had more than is kept"
	brief     = "lasts days only"
)

// ends are when a customer's supplies run out, the earliest first, and why one of them, if
// so, is left out.
func (r replenish) ends(c *profile.Profile, facts catalog.Facts, secret func(sku string) bool) (all []end, why string) {
	why = unknown
	for _, s := range supplies(c, facts) {
		if secret(s.sku) {
			why = private
			continue
		}
		e, not := r.end(c, facts, s)
		if not != "" {
			why = not
			continue
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b end) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	return all, why
}

func (r replenish) end(c *profile.Profile, facts catalog.Facts, s supply) (e end, not string) {
	product, _ := facts.Product(s.sku)
	gaps, units := s.gaps(c)
	days, ok := chosen.lasts(gaps, units, s.last().days, 1, r.Gaps)
	switch {
	case product.Discontinued:
		return e, withdrawn
	case unseen(c, s.last().at, c.Last.Add(1)):
		return e, hidden
	case !ok:
		return e, uneven
	}
	e = end{s, lasting(s.last().at, days), fmt.Sprintf("%d own gaps", len(gaps))}
	if len(gaps) < r.Gaps {
		e.at, e.by = s.typically(), "what is typical"
	}
	if e.at.Sub(s.last().at) < 2*r.Ahead {
		return e, brief
	}
	return e, ""
}

func lasting(at time.Time, days float64) time.Time {
	return at.Add(time.Duration(min(days, longest) * float64(day)).Round(time.Second))
}

// typically is when a supply runs out by the catalogue: what was left when more was bought
// is used up first.
func (s supply) typically() time.Time {
	at := s.bought[0].at
	for _, p := range s.bought {
		if p.at.After(at) {
			at = p.at
		}
		at = lasting(at, p.days)
	}
	return at
}

// bought are the products of the kept orders; which of them run out the catalogue says.
func bought(c *profile.Profile) []string {
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
