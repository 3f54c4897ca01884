package instoreassist

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
)

const (
	asked = 20 // products of a customer that are looked for in the store
	rows  = 5  // of which are shown
	few   = 2  // offers are
)

// need asks for the store and, once there is time to write, for what it has.
func (a assist) need(c *profile.Profile, data any) catalog.Need {
	switch d := data.(type) {
	case events.StoreVisited:
		return catalog.Need{StoreIDs: []string{d.StoreID}}
	case thread.Timer:
		skus := slices.Concat(a.wanted(c, d.Key, d.About), a.Offers)
		need := catalog.Need{StoreIDs: []string{d.Key}, SKUs: skus}
		for _, sku := range skus {
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: d.Key, SKU: sku})
		}
		if topic, ok := a.read(c, d.About); ok {
			need.SKUs = append(need.SKUs, topic.SKU)
		}
		return need
	}
	return catalog.Need{}
}

// wanted are the products that the customer may look for in a store: of the basket they left open
// elsewhere, of their wish list, and those they looked at often enough; not what they bought since,
// or carry through the store already.
func (a assist) wanted(c *profile.Profile, store string, came time.Time) (all []string) {
	since := came.Add(-a.Within)
	basket, _ := c.OpenBasket()
	carried := basket.Place == events.PlaceStore && basket.StoreID == store
	for _, l := range basket.Lines {
		if !carried {
			all = append(all, l.SKU)
		}
	}
	others := c.Declared(events.TraitWishlist)
	for _, v := range c.ViewsSince(since) {
		if looks := c.Looks(v.SKU); v.SKU != "" && len(looks) >= a.Researched && !looks[a.Researched-1].Before(since) {
			others = append(others, v.SKU)
		}
	}
	for _, sku := range others {
		if !slices.Contains(all, sku) && !c.Bought(sku, since) && !c.InBasket(sku) {
			all = append(all, sku)
		}
	}
	return all[:min(asked, len(all))]
}

// read is the guide or article that the customer opened last, if it was about something.
func (a assist) read(c *profile.Profile, came time.Time) (profile.View, bool) {
	views := c.ViewsSince(came.Add(-a.Within))
	i := slices.IndexFunc(views, func(v profile.View) bool { return v.Kind == events.PageContent && v.SKU+v.Category != "" })
	if i < 0 {
		return profile.View{}, false
	}
	return views[i], true
}

// help is what can be said to a customer in a store.
type help struct {
	goods   []good // what the store has comes first
	here    int    // of the goods
	offers  []string
	hasRead bool         // they have read about something …
	topic   profile.View // … which is this; else it is what the store has, if anything
}

// good is a product, and how many of it are on the shelves.
type good struct {
	sku       string
	available int
}

func (a assist) help(m flow.Moment[thread.Timer]) (h help) {
	wanted := a.wanted(m.Profile, m.Key, m.Data.About)
	for _, sku := range wanted {
		if n, ok := onShelf(m, sku); ok {
			h.goods = append(h.goods, good{sku, n})
		}
	}
	slices.SortStableFunc(h.goods, func(x, y good) int { return -cmp.Compare(min(1, x.available), min(1, y.available)) })
	h.goods = h.goods[:min(rows, len(h.goods))]
	for _, g := range h.goods {
		h.here += min(1, g.available)
	}
	for _, sku := range a.Offers {
		if n, _ := onShelf(m, sku); n > 0 && len(h.offers) < few && !slices.Contains(wanted, sku) && cares(m, sku) {
			h.offers = append(h.offers, sku)
		}
	}
	h.topic, h.hasRead = a.read(m.Profile, m.Data.About)
	if h.hasRead && private(m, h.topic.SKU, h.topic.Category) {
		h.topic, h.hasRead = profile.View{}, false
	}
	if !h.hasRead && h.here > 0 {
		h.topic.SKU = h.goods[0].sku
	}
	return h
}

// onShelf is how many of a product the store has, 0 or more. It is false for what may not be
// shown: what is sold no more or private, and what the store has not counted.
func onShelf(m flow.Moment[thread.Timer], sku string) (n int, ok bool) {
	product, known := m.Facts.Product(sku)
	stock, counted := m.Facts.Stock(m.Key, sku)
	if !known || !counted || product.Discontinued || private(m, append(showcase.Categories(m.Profile, sku), sku)...) {
		return 0, false
	}
	return max(0, stock.Available), true
}

// private tells whether any of some products and categories is not for whoever happens to look.
func private(m flow.Moment[thread.Timer], skusOrCategories ...string) bool {
	return slices.ContainsFunc(skusOrCategories, m.Sensitive)
}

// cares tells whether the customer has shown an interest in what a product is.
func cares(m flow.Moment[thread.Timer], sku string) bool {
	product, _ := m.Facts.Product(sku)
	return slices.ContainsFunc(m.Profile.Interests(m.Now), func(i profile.Interest) bool {
		return slices.Contains(product.Categories, i.Category)
	})
}

// shown are the products and categories that the message speaks of.
func (h help) shown() []string {
	all := slices.Clone(h.offers)
	for _, g := range h.goods {
		all = append(all, g.sku)
	}
	return append(all, h.topic.SKU, h.topic.Category)
}
