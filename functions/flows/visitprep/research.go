package visitprep

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
)

// need asks for what a timer looks at: a product, and its stock in the stores near.
func (p prep) need(c *profile.Profile, data any) catalog.Need {
	timer, ok := data.(thread.Timer)
	if !ok {
		return catalog.Need{}
	}
	return showcase.NeedNear(c, p.KM, p.product(c, timer))
}

// product is what a timer is about: of looking for a store, what the customer looked at last
// and has not got.
func (p prep) product(c *profile.Profile, t thread.Timer) string {
	if t.Key != finder {
		return t.Key
	}
	views := c.ViewsSince(t.About.Add(-p.Within))
	i := slices.IndexFunc(views, func(v profile.View) bool {
		return v.SKU != "" && v.Place != events.PlaceStore && !c.InBasket(v.SKU) && !c.Bought(v.SKU, t.About.Add(-p.Again))
	})
	if i < 0 {
		return ""
	}
	return views[i].SKU
}

// researched returns the latest look at a product, if it came after enough others.
func (p prep) researched(c *profile.Profile, sku string) (latest time.Time, ok bool) {
	looks := c.Looks(sku)
	if len(looks) < p.Researched || looks[0].Sub(looks[p.Researched-1]) > p.Within {
		return time.Time{}, false
	}
	return looks[0], true
}

// ended tells what the customer has done since a look that a letter would prepare; empty if
// nothing. Who was in a store, whichever, and bought nothing is another flow's.
func ended(c *profile.Profile, at time.Time) string {
	switch {
	case c.OrderedSince(at):
		return "bought"
	case len(c.VisitsSince(at)) > 0:
		return "has been in a store"
	}
	return ""
}

// needless tells why the product need not be written about; empty if it may be.
func (p prep) needless(m flow.Moment[thread.Timer], s state) string {
	switch product, _ := m.Facts.Product(m.Key); {
	case wrote(m.Thread, m.Key, m.At.Add(-p.Again)):
		return "written about lately"
	case product.Discontinued:
		return "no longer sold"
	case m.Profile.Bought(m.Key, s.At.Add(-p.Again)):
		return "has it already"
	case m.Profile.InBasket(m.Key):
		return "lies in the basket" // which is another flow's
	}
	return ""
}

// wrote tells whether this flow has written since, about a key or, if that is empty, about
// whatever: where the stores are and when they are open was in it. A letter that gave way to
// a stronger one does not count.
func wrote(t *thread.Thread, key string, since time.Time) bool {
	return slices.ContainsFunc(t.Contacts, func(c thread.Contact) bool {
		return c.Flow == name && (key == "" || c.Key == key) && !c.Released && !c.At.Before(since)
	})
}

// having are those of the stores that have a product.
func having(near []catalog.Nearby, facts catalog.Facts, sku string) []catalog.Nearby {
	return slices.DeleteFunc(slices.Clone(near), func(x catalog.Nearby) bool { return available(x, facts, sku) <= 0 })
}

func available(x catalog.Nearby, facts catalog.Facts, sku string) int {
	if product, _ := facts.Product(sku); product.Discontinued {
		return 0
	}
	stock, _ := facts.Stock(x.Store.StoreID, sku)
	return stock.Available
}

// counted tells whether a store has said how many it has, if only none.
func counted(x catalog.Nearby, facts catalog.Facts, sku string) bool {
	_, ok := facts.Stock(x.Store.StoreID, sku)
	return ok
}

// beenSince tells whether the customer has been in a store since it counted what it has.
func beenSince(c *profile.Profile, facts catalog.Facts, storeID, sku string) bool {
	stock, _ := facts.Stock(storeID, sku)
	return slices.ContainsFunc(c.VisitsSince(stock.Updated), func(v profile.Visit) bool { return v.StoreID == storeID })
}
