package scanandgo

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/together"
)

// visit is what is known of somebody's shopping in a store.
type visit struct {
	store   string   // empty: which one is not known
	basket  []string // what they have with them
	touched []string // and what they scanned on the way, which need not be in the basket any more
}

// visit puts together what was scanned and what the basket holds since the customer came
// in, or last paid. Of a basket and a scan the later one tells.
func (g guide) visit(c *profile.Profile, data any) visit {
	v := visit{store: storeOf(c, data)}
	began := g.began(c, v.store)
	here := func(store string, at time.Time) bool { return at.After(began) && (store == v.store || store == "") }
	var told time.Time
	for _, b := range c.Baskets {
		if b.Place == events.PlaceStore && here(b.StoreID, b.At) {
			told = b.At
			for _, l := range b.Lines {
				v.add(l.SKU, true)
			}
			break
		}
	}
	for _, s := range c.Scans {
		if here(s.StoreID, s.At) {
			v.add(s.SKU, !s.At.Before(told))
		}
	}
	return v
}

func (v *visit) add(sku string, inBasket bool) {
	if inBasket && !slices.Contains(v.basket, sku) {
		v.basket = append(v.basket, sku)
	}
	if !slices.Contains(v.touched, sku) {
		v.touched = append(v.touched, sku)
	}
}

// storeOf is the store that the event names, else the one in which the customer was last.
func storeOf(c *profile.Profile, data any) string {
	switch d := data.(type) {
	case events.ItemScanned:
		return d.StoreID
	case events.BasketUpdated:
		if d.StoreID != "" {
			return d.StoreID
		}
	}
	var id string
	var at time.Time
	if len(c.Visits) > 0 {
		id, at = c.Visits[0].StoreID, c.Visits[0].At
	}
	if len(c.Scans) > 0 && c.Scans[0].At.After(at) {
		id = c.Scans[0].StoreID
	}
	return id
}

// began is before all that belongs to the visit: VISIT before the last that was heard, and
// not before the customer last paid in that store.
func (g guide) began(c *profile.Profile, store string) time.Time {
	var last, paid time.Time
	for _, b := range c.Baskets {
		if b.Place == events.PlaceStore && b.At.After(last) {
			last = b.At
		}
	}
	if len(c.Scans) > 0 && c.Scans[0].At.After(last) {
		last = c.Scans[0].At
	}
	for _, o := range c.Placed {
		if o.Place == events.PlaceStore && o.StoreID == store && o.At.After(paid) {
			paid = o.At
		}
	}
	if began := last.Add(-g.Visit); began.After(paid) {
		return began
	}
	return paid
}

// asked is how many products are looked for in the store.
const asked = 20

// match is a product that goes with another that is in the basket.
type match struct {
	sku, with string
	times     int // baskets that held both; 0: the shop says that they go together
	lift      float64
}

// matches are what goes with a basket and was not touched yet, the best first: by what is
// bought together; after that, as there is none of it for what is new, by the shop's word.
func matches(v visit, facts catalog.Facts) []match {
	var all []match
	add := func(m match) {
		if !slices.Contains(v.touched, m.sku) && !slices.ContainsFunc(all, func(o match) bool { return o.sku == m.sku }) {
			all = append(all, m)
		}
	}
	for _, m := range together.Best(v.basket, facts.Companions) {
		add(match{m.SKU, m.With, m.Times, m.Lift})
	}
	for _, sku := range slices.Sorted(slices.Values(v.basket)) {
		p, _ := facts.Product(sku)
		for _, other := range p.Complements {
			add(match{sku: other, with: sku})
		}
	}
	return all[:min(len(all), asked)]
}

func (g guide) need(c *profile.Profile, data any) catalog.Need {
	v := g.visit(c, data)
	if v.store == "" || len(v.basket) == 0 || elsewhere(data) {
		return catalog.Need{}
	}
	return catalog.Need{SKUs: v.basket, Together: v.basket, StoreIDs: []string{v.store}}
}

// further asks for the goods that go with the basket, and whether they are in the store.
func (g guide) further(c *profile.Profile, data any, facts catalog.Facts) catalog.Need {
	var need catalog.Need
	if elsewhere(data) {
		return need
	}
	v := g.visit(c, data)
	for _, m := range matches(v, facts) {
		need.SKUs = append(need.SKUs, m.sku)
		need.Stock = append(need.Stock, catalog.StockOf{StoreID: v.store, SKU: m.sku})
	}
	return need
}

// elsewhere tells what needs no facts: baskets that are not filled in a store, and orders.
func elsewhere(data any) bool {
	switch d := data.(type) {
	case events.ItemScanned:
		return false
	case events.BasketUpdated:
		return d.Place != events.PlaceStore || len(d.Lines) == 0
	}
	return true
}

// best returns the first match that is in the store and on sale, and neither private nor
// suggested by what is; some tells whether there was any match at all.
func best[T any](m flow.Moment[T], v visit) (found match, some bool) {
	all := matches(v, m.Facts)
	i := slices.IndexFunc(all, func(x match) bool {
		p, known := m.Facts.Product(x.sku)
		stock, _ := m.Facts.Stock(v.store, x.sku)
		return known && !p.Discontinued && stock.Available > 0 && !m.Sensitive(x.sku) && !m.Sensitive(x.with)
	})
	if i < 0 {
		return match{}, len(all) > 0
	}
	return all[i], true
}
