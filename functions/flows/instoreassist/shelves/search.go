package shelves

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

// asked is how many products of a customer are looked for in the store.
const asked = 20

// Search is what is looked for on the shelves of a store for a customer.
type Search struct {
	Customer   *profile.Profile
	Store      string
	Came       time.Time     // when the customer came in
	Researched int           // looks at a product that count as wanting it
	Within     time.Duration // the looks that count, before they came
	Offers     []string      // skus that stores offer
}

// Need asks for the store, for what it has, and for what the customer has read about.
func (s Search) Need() catalog.Need {
	skus := slices.Concat(s.wanted(), s.Offers)
	need := catalog.Need{StoreIDs: []string{s.Store}, SKUs: skus}
	for _, sku := range skus {
		need.Stock = append(need.Stock, catalog.StockOf{StoreID: s.Store, SKU: sku})
	}
	if topic, ok := s.read(); ok {
		need.SKUs = append(need.SKUs, topic.SKU)
	}
	return need
}

// wanted are the products that the customer may look for in a store: of the basket they left open
// elsewhere, of their wish list, and those they looked at often enough; not what they bought since,
// or carry through the store already.
func (s Search) wanted() (all []string) {
	c, since := s.Customer, s.Came.Add(-s.Within)
	basket, _ := c.OpenBasket()
	carried := basket.Place == events.PlaceStore && basket.StoreID == s.Store
	for _, l := range basket.Lines {
		if !carried {
			all = append(all, l.SKU)
		}
	}
	others := c.Declared(events.TraitWishlist)
	for _, v := range c.ViewsSince(since) {
		if looks := c.Looks(v.SKU); v.SKU != "" && len(looks) >= s.Researched && !looks[s.Researched-1].Before(since) {
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
func (s Search) read() (profile.View, bool) {
	views := s.Customer.ViewsSince(s.Came.Add(-s.Within))
	i := slices.IndexFunc(views, func(v profile.View) bool { return v.Kind == events.PageContent && v.SKU+v.Category != "" })
	if i < 0 {
		return profile.View{}, false
	}
	return views[i], true
}
