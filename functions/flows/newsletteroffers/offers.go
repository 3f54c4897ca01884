package newsletteroffers

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/together"
)

const (
	// most is how many products a customer is known by, and how many are looked at that go
	// with those.
	most = 20
	// told is the lift that the shop's word stands for, of what goes with what.
	told = 2
	// usual is the margin of a product whose cost is not known, as a share of its price.
	usual = 0.5
)

// offer is a product for a customer, and what speaks for it.
type offer struct {
	sku       string
	with      string  // what the customer has or looked at that it goes with; empty: it speaks for itself
	usedUp    bool    // they had it, and it has run out
	relevance float64 // 1 is one look just now
	worth     float64 // relevance, more of it with a high margin
}

func (o offer) why() string {
	switch {
	case o.usedUp:
		return "used up"
	case o.with != "":
		return "goes with " + o.with
	}
	return "looked at"
}

// subjects are what showing it infers an interest in.
func (o offer) subjects(c *profile.Profile) []string {
	all := append(showcase.Categories(c, o.sku, o.with), o.sku)
	if o.with != "" {
		all = append(all, o.with)
	}
	return all
}

// taste is how much each product says of a customer at a time: as much as it draws them
// (profile.Interests), and 1 if they bought it lately; nothing, if they brought it back.
func (n newsletter) taste(c *profile.Profile, at time.Time) map[string]float64 {
	all := map[string]float64{}
	for _, i := range c.Interests(at) {
		if i.SKU != "" {
			all[i.SKU] += i.Score
		}
	}
	bought := n.bought(c, at)
	for sku := range bought {
		all[sku]++
	}
	for _, back := range c.Returned {
		for _, sku := range back.SKUs {
			if had, ok := bought[sku]; ok && back.At.After(had.at) {
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

// purchase is when a product was bought last, and how many.
type purchase struct {
	at time.Time
	n  int
}

// bought are the products that a customer bought lately.
func (n newsletter) bought(c *profile.Profile, at time.Time) map[string]purchase {
	all := map[string]purchase{}
	for _, o := range slices.Backward(c.Placed) { // the latest counts
		if o.At.Before(at.Add(-n.Again)) {
			continue
		}
		for _, l := range o.Lines {
			all[l.SKU] = purchase{o.At, l.Quantity}
		}
	}
	return all
}

// usedUp tells whether it has run out at a time, by how long one typically lasts.
func (p purchase) usedUp(of catalog.Product, at time.Time) bool {
	lasts := time.Duration(of.Consumable.TypicalDays*p.n) * 24 * time.Hour
	return lasts > 0 && !at.Before(p.at.Add(lasts))
}

// need asks for what the customer is known by, and then for what goes with that, and where
// it is in stock.
func (n newsletter) need(c *profile.Profile, data any) catalog.Need {
	plan, ok := data.(events.NewsletterPlanned)
	if !ok {
		return catalog.Need{}
	}
	skus := slices.Sorted(maps.Keys(n.taste(c, plan.SendAt)))
	return catalog.Need{SKUs: skus, Together: skus, Then: func(known catalog.Facts) catalog.Need {
		all := slices.Clone(skus)
		for _, m := range companions(skus, known) {
			all = append(all, m.SKU)
		}
		need := showcase.Need(c, all...)
		for _, sku := range all {
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: events.StoreWeb, SKU: sku})
		}
		return need
	}}
}

func companions(skus []string, known catalog.Facts) []together.Match {
	all := showcase.GoesWith(skus, known)
	return all[:min(len(all), most)]
}

// offers are what fits into the newsletter of what is relevant, the best first.
func (n newsletter) offers(m flow.Moment[events.NewsletterPlanned]) []offer {
	at := m.Data.SendAt
	taste, bought := n.taste(m.Profile, at), n.bought(m.Profile, at)
	var all []offer
	for sku, relevance := range taste {
		p, known := m.Facts.Product(sku)
		had, has := bought[sku]
		if usedUp := has && had.usedUp(p, at); known && (usedUp || !has) {
			all = append(all, offer{sku: sku, usedUp: usedUp, relevance: relevance})
		}
	}
	for _, x := range companions(slices.Sorted(maps.Keys(taste)), m.Facts) {
		if _, has := bought[x.SKU]; !has {
			lift := cmp.Or(x.Lift, told)
			all = append(all, offer{sku: x.SKU, with: x.With, relevance: taste[x.With] * math.Log(lift)})
		}
	}
	all = slices.DeleteFunc(all, func(o offer) bool { return o.relevance < n.Least || !fit(m, o) })
	for i := range all {
		p, _ := m.Facts.Product(all[i].sku)
		all[i].worth = all[i].relevance * (0.5 + margin(p))
	}
	slices.SortFunc(all, func(a, b offer) int { return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.sku, b.sku)) })
	return all[:min(len(all), m.Data.Slots)]
}

// fit tells whether an offer can be made: it is sold and in stock, on the web or in the
// customer's store, unless nobody counts it there; it is not in the basket, which is
// another flow's; and it shows nothing private.
func fit(m flow.Moment[events.NewsletterPlanned], o offer) bool {
	p, known := m.Facts.Product(o.sku)
	return known && !p.Discontinued && inStock(m, o.sku) && !m.Profile.InBasket(o.sku) &&
		!slices.ContainsFunc(o.subjects(m.Profile), m.Sensitive)
}

func inStock(m flow.Moment[events.NewsletterPlanned], sku string) bool {
	counted := false
	for _, store := range append([]string{events.StoreWeb}, m.Profile.Stores()...) {
		stock, ok := m.Facts.Stock(store, sku)
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
