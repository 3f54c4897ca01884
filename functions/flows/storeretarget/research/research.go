// Package research is what a customer found out about products before they went to a store.
package research

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Most is how many products are advertised to one customer.
const Most = 10

// Research is what counts as it.
type Research struct {
	Views  int           // of a product or its category
	Within time.Duration // before the visit
	Wait   time.Duration // after the visit
}

// Of returns the products that the customer had looked at often enough,
// themselves or their category, but for in a store, in the time up to the visit and the wait
// after it, and has not brought back since; the one looked at last comes first. One look that
// is told of twice is one, as of profile.Looks.
func (r Research) Of(c *profile.Profile, visit time.Time) []string {
	products, categories, counted := map[string]int{}, map[string]int{}, map[string]time.Time{}
	count := func(times map[string]int, what string, v profile.View) {
		if last, ok := counted[v.SKU+" "+what]; !ok || last.Sub(v.At) >= time.Minute {
			counted[v.SKU+" "+what] = v.At
			times[what]++
		}
	}
	var seen []profile.View
	for _, v := range c.ViewsSince(visit.Add(-r.Within)) {
		if v.SKU == "" || v.Place == events.PlaceStore || v.At.After(visit.Add(r.Wait)) {
			continue
		}
		count(products, v.SKU, v)
		if v.Category != "" {
			count(categories, v.Category, v)
		}
		seen = append(seen, v)
	}
	var skus []string
	for _, v := range seen {
		often := products[v.SKU] >= r.Views || v.Category != "" && categories[v.Category] >= r.Views
		if often && !slices.Contains(skus, v.SKU) && !broughtBack(c, v) {
			skus = append(skus, v.SKU)
		}
	}
	return skus[:min(Most, len(skus))]
}

// Since returns the products as of what was looked at last since the visit; of nothing, as of
// the visit. It is not the time of the event that came, which may come late, or once more.
func (r Research) Since(c *profile.Profile, visit time.Time) []string {
	if len(c.Views) == 0 || !c.Views[0].At.After(visit.Add(r.Wait)) {
		return r.Of(c, visit)
	}
	return r.Of(c, c.Views[0].At)
}

// broughtBack tells whether the customer returned the product after they looked at it.
func broughtBack(c *profile.Profile, v profile.View) bool {
	return slices.ContainsFunc(c.Returned, func(r profile.Returned) bool {
		return slices.Contains(r.SKUs, v.SKU) && r.At.After(v.At)
	})
}
