package showcase

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

// most is how many stores are looked at for one customer.
const most = 10

// NeedNear asks for products, and for their stock in the stores that Near finds.
func NeedNear(c *profile.Profile, km float64, skus ...string) catalog.Need {
	return catalog.Need{SKUs: skus, AllStores: true, Then: func(known catalog.Facts) (n catalog.Need) {
		for _, near := range Near(c, known, km) {
			for _, sku := range skus {
				n.Stock = append(n.Stock, catalog.StockOf{StoreID: near.Store.StoreID, SKU: sku})
			}
		}
		return n
	}}
}

// Near returns the store that the customer uses, and then those within so many kilometres of
// where they live, the closest first; ten at most. Of a customer whose town alone is known,
// those of the town count as near. The distance is 0 where it is not known.
func Near(c *profile.Profile, facts catalog.Facts, km float64) []catalog.Nearby {
	home, onTheMap := c.Geo()
	var all, near []catalog.Nearby
	for _, s := range facts.Stores() {
		x := catalog.Nearby{Store: s}
		if placed := catalog.Nearest([]catalog.Store{s}, home, 1); onTheMap && len(placed) > 0 {
			x = placed[0]
		}
		if x.Metres > 0 && x.Metres <= km*1000 || x.Metres == 0 && c.LivesIn(s.Address) {
			near = append(near, x)
		}
		all = append(all, x)
	}
	slices.SortStableFunc(near, func(a, b catalog.Nearby) int { return cmp.Compare(a.Metres, b.Metres) })
	for _, id := range c.Stores() {
		if i := slices.IndexFunc(all, func(x catalog.Nearby) bool { return x.Store.StoreID == id }); i >= 0 {
			others := slices.DeleteFunc(near, func(x catalog.Nearby) bool { return x.Store.StoreID == id })
			near = append([]catalog.Nearby{all[i]}, others...)
			break
		}
	}
	return near[:min(most, len(near))]
}

// OpenNext returns the closest of those stores that are open on the day on which any of them
// is open next; of stores that have not said when they are open, the first.
func OpenNext(near []catalog.Nearby, facts catalog.Facts, now time.Time) catalog.Nearby {
	return slices.MinFunc(near, func(a, b catalog.Nearby) int { return cmp.Compare(day(a, facts, now), day(b, facts, now)) })
}

// day is the day on which a store is open next, as text in the order of time.
func day(x catalog.Nearby, facts catalog.Facts, now time.Time) string {
	hours, ok := facts.Hours(x.Store.StoreID)
	if !ok {
		return "not known"
	}
	opens, _, ok := hours.Next(now)
	switch {
	case !ok:
		return "not known"
	case opens.Before(now):
		opens = now.In(opens.Location())
	}
	return opens.Format(time.DateOnly)
}

// Address is a store's name and where it is, in lines.
func Address(s catalog.Store) string {
	lines := []string{s.Name, s.Address.Street, strings.TrimSpace(s.Address.PostalCode + " " + s.Address.City)}
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return l == "" }), "\n")
}

// Zone is the time zone of a store, or the customer's where the store has not told.
func Zone(s catalog.Store, c *profile.Profile) *time.Location {
	if z, err := time.LoadLocation(s.TimeZone); err == nil && s.TimeZone != "" {
		return z
	}
	return c.Zone(time.UTC)
}
