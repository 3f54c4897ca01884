package scanandgo

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/together"
)

// visit is what is known of somebody's shopping in a store.
type visit struct {
	store   string   // empty: the event is of no store, or of nothing in it
	basket  []string // what they have with them
	touched []string // and what they scanned on the way, which need not be in the basket any more
	more    bool     // the basket holds more than is known: a profile keeps some lines of it
}

// visit puts together what was scanned and what the basket holds since the customer came
// in, or last paid. Of a basket and a scan the later one tells.
func (g guide) visit(c *profile.Profile, data any) visit {
	v := visit{store: storeOf(data)}
	if v.store == "" {
		return v
	}
	began := g.began(c, v.store)
	here := func(store string, at time.Time) bool { return store == v.store && at.After(began) }
	var told time.Time
	i := slices.IndexFunc(c.Baskets, func(b profile.Basket) bool { return b.Place == events.PlaceStore && here(b.StoreID, b.At) })
	if i >= 0 {
		told, v.more = c.Baskets[i].At, c.Baskets[i].More > 0
		for _, l := range c.Baskets[i].Lines {
			v.add(l.SKU, true)
		}
	}
	if b, whole := data.(events.BasketUpdated); whole {
		v.more = false
		for _, l := range b.Lines {
			v.add(l.SKU, false)
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

// storeOf is the store in which something was scanned, or a basket is being filled.
func storeOf(data any) string {
	switch d := data.(type) {
	case events.ItemScanned:
		return d.StoreID
	case events.BasketUpdated:
		if d.Place == events.PlaceStore && len(d.Lines) > 0 {
			return d.StoreID
		}
	}
	return ""
}

// began is before all that belongs to the visit: VISIT before the last that was heard, and
// not before the customer last paid in that store.
func (g guide) began(c *profile.Profile, store string) (began time.Time) {
	after := func(at time.Time) {
		if at.After(began) {
			began = at
		}
	}
	for _, b := range c.Baskets {
		after(b.At.Add(-g.Visit))
	}
	for _, s := range c.Scans {
		after(s.At.Add(-g.Visit))
	}
	for _, o := range c.Placed {
		if o.Place == events.PlaceStore && o.StoreID == store {
			after(o.At)
		}
	}
	return began
}

// asked is how many products are looked for in the store.
const asked = 20

// matches are what goes with a basket and was not touched yet, the best first.
func matches(v visit, facts catalog.Facts) []together.Match {
	all := showcase.GoesWith(v.basket, facts)
	all = slices.DeleteFunc(all, func(m together.Match) bool { return slices.Contains(v.touched, m.SKU) })
	return all[:min(len(all), asked)]
}

func (g guide) need(c *profile.Profile, data any) catalog.Need {
	v := g.visit(c, data)
	if len(v.basket) == 0 {
		return catalog.Need{}
	}
	return catalog.Need{SKUs: v.basket, Together: v.basket, StoreIDs: []string{v.store}, Then: v.goods}
}

// goods asks for what goes with the basket, and whether it is in the store.
func (v visit) goods(known catalog.Facts) (need catalog.Need) {
	for _, m := range matches(v, known) {
		need.SKUs = append(need.SKUs, m.SKU)
		need.Stock = append(need.Stock, catalog.StockOf{StoreID: v.store, SKU: m.SKU})
	}
	return need
}

// best returns the first match that is in the store and on sale, and neither private nor
// suggested by what is; some tells whether there was any match at all.
func best[T any](m flow.Moment[T], v visit) (found together.Match, some bool) {
	all := matches(v, m.Facts)
	i := slices.IndexFunc(all, func(x together.Match) bool {
		p, known := m.Facts.Product(x.SKU)
		stock, _ := m.Facts.Stock(v.store, x.SKU)
		return known && !p.Discontinued && stock.Available > 0 && !m.Sensitive(x.SKU) && !m.Sensitive(x.With)
	})
	if i < 0 {
		return together.Match{}, len(all) > 0
	}
	return all[i], true
}
