// Package visit is somebody's shopping in a store, put together from what they scan and what
// their basket holds.
package visit

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Visit is what is known of it.
type Visit struct {
	Store   string   // empty: the event is of no store, or of nothing in it
	Basket  []string // what they have with them
	Touched []string // and what they scanned on the way, which need not be in the basket any more
	More    bool     // the basket holds more than is known: a profile keeps some lines of it
}

// Of puts together what was scanned and what the basket holds since the customer came
// in, or last paid, by an event's data; it lasts so long at most. Of a basket and a scan the
// later one tells.
func Of(c *profile.Profile, data any, lasts time.Duration) Visit {
	v := Visit{Store: storeOf(data)}
	if v.Store == "" {
		return v
	}
	since := began(c, v.Store, lasts)
	here := func(store string, at time.Time) bool { return store == v.Store && at.After(since) }
	var told time.Time
	i := slices.IndexFunc(c.Baskets, func(b profile.Basket) bool { return b.Place == events.PlaceStore && here(b.StoreID, b.At) })
	if i >= 0 {
		told, v.More = c.Baskets[i].At, c.Baskets[i].More > 0
		for _, l := range c.Baskets[i].Lines {
			v.add(l.SKU, true)
		}
	}
	if b, whole := data.(events.BasketUpdated); whole {
		v.More = false
		for _, l := range b.Lines {
			v.Touch(l.SKU)
		}
	}
	for _, s := range c.Scans {
		if here(s.StoreID, s.At) {
			v.add(s.SKU, !s.At.Before(told))
		}
	}
	return v
}

// Touch adds a product that need not be in the basket.
func (v *Visit) Touch(sku string) { v.add(sku, false) }

func (v *Visit) add(sku string, inBasket bool) {
	if inBasket && !slices.Contains(v.Basket, sku) {
		v.Basket = append(v.Basket, sku)
	}
	if !slices.Contains(v.Touched, sku) {
		v.Touched = append(v.Touched, sku)
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

// began is before all that belongs to the visit: as long as one lasts before the last that was
// heard, and not before the customer last paid in that store.
func began(c *profile.Profile, store string, lasts time.Duration) (began time.Time) {
	after := func(at time.Time) {
		if at.After(began) {
			began = at
		}
	}
	for _, b := range c.Baskets {
		after(b.At.Add(-lasts))
	}
	for _, s := range c.Scans {
		after(s.At.Add(-lasts))
	}
	for _, o := range c.Placed {
		if o.Place == events.PlaceStore && o.StoreID == store {
			after(o.At)
		}
	}
	return began
}
