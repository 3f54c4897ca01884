// Package research is what a customer found out before they go to a store: what they looked at
// and have not got.
package research

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Finder is the key of looking for a store, and for no product.
const Finder = "store finder"

// Found is what a store was looked for about, a product or Finder; other pages are skipped.
func Found(v events.PageViewed) string {
	if v.Kind != events.PageStoreFinder {
		return flow.Skip
	}
	return cmp.Or(v.SKU, Finder)
}

// Product is what a timer is about: of looking for a store, what the customer looked at last
// within a time before it and has not got, nor bought lately, which is longer.
func Product(c *profile.Profile, t thread.Timer, within, lately time.Duration) string {
	if t.Key != Finder {
		return t.Key
	}
	views := c.ViewsSince(t.About.Add(-within))
	i := slices.IndexFunc(views, func(v profile.View) bool {
		return v.SKU != "" && v.Place != events.PlaceStore && !c.InBasket(v.SKU) && !c.Bought(v.SKU, t.About.Add(-lately))
	})
	if i < 0 {
		return ""
	}
	return views[i].SKU
}

// Latest returns the latest look at a product, if with those within a time before it there are
// enough.
func Latest(c *profile.Profile, sku string, enough int, within time.Duration) (at time.Time, ok bool) {
	looks := c.Looks(sku)
	if len(looks) < enough || looks[0].Sub(looks[enough-1]) > within {
		return time.Time{}, false
	}
	return looks[0], true
}

// Ended tells what the customer has done since a look that a letter would prepare; empty if
// nothing. Who was in a store, whichever, and bought nothing is another flow's.
func Ended(c *profile.Profile, at time.Time) string {
	switch {
	case c.OrderedSince(at):
		return "bought"
	case len(c.VisitsSince(at)) > 0:
		return "has been in a store"
	}
	return ""
}

// Needless tells why the customer need not hear of a product; empty if they may. What they
// bought since a time they have.
func Needless(c *profile.Profile, facts catalog.Facts, sku string, since time.Time) string {
	switch product, _ := facts.Product(sku); {
	case product.Discontinued:
		return "no longer sold"
	case c.Bought(sku, since):
		return "has it already"
	case c.InBasket(sku):
		return "lies in the basket" // which is another flow's
	}
	return ""
}
