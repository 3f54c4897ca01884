package storeretarget

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// most is how many products are advertised to one customer.
const most = 10

// grace is how long before the visit was noticed an order may have been rung up.
const grace = time.Hour

// stamp tells one visit, or one change, from another.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func boughtSince(c *profile.Profile, visit time.Time) bool { return c.OrderedSince(visit.Add(-grace)) }

// broughtBack tells whether the customer returned the product after they looked at it.
func broughtBack(c *profile.Profile, v profile.View) bool {
	return slices.ContainsFunc(c.Returned, func(r profile.Returned) bool {
		return slices.Contains(r.SKUs, v.SKU) && r.At.After(v.At)
	})
}

// researched returns the products that the customer had looked at often enough,
// themselves or their category, but for in a store, in the time up to the visit and the wait
// after it, and has not brought back since; the one looked at last comes first. One look that
// is told of twice is one, as of profile.Looks.
func (r retarget) researched(c *profile.Profile, visit time.Time) []string {
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
	return skus[:min(most, len(skus))]
}

// asOf is the time of which the research is looked at again: of the visit that it was
// found at, or of what was looked at last since. It is not the time of the event that
// came, which may come late, or once more.
func (r retarget) asOf(c *profile.Profile, visit time.Time) time.Time {
	if len(c.Views) == 0 || !c.Views[0].At.After(visit.Add(r.Wait)) {
		return visit
	}
	return c.Views[0].At
}

// need is what a mail may show, which a timer alone can lead to.
func need(c *profile.Profile, data any) catalog.Need {
	if timer, ok := data.(thread.Timer); !ok || timer.Name != "unsold" {
		return catalog.Need{}
	}
	var skus []string
	for _, v := range c.Views {
		if v.SKU != "" && !slices.Contains(skus, v.SKU) && len(skus) < most {
			skus = append(skus, v.SKU)
		}
	}
	return catalog.Need{SKUs: skus}
}

// advertise puts the customer into the audience; who has not agreed to that, but to
// mails, gets one instead.
func (r retarget) advertise(c *profile.Profile, facts catalog.Facts, s state, products []string) flow.Decision {
	mail := r.mail(c, facts, s, products)
	s.Products, s.Since = products, s.Visit
	return r.enter(s, "unsold", stamp(s.Visit)).Keep(s).
		Then("enough", s.Visit.Add(r.Wait+r.Stay)).
		Inferred(products...).Inferred(showcase.Categories(c, products...)...).
		Because("researched %d products, visited store %s, no purchase within %s", len(products), s.Store, r.Wait).
		Otherwise(mail)
}

func (r retarget) mail(c *profile.Profile, facts catalog.Facts, s state, products []string) flow.Decision {
	return flow.ActMessage("mail", func() (words.Message, error) {
		voice := r.texts.In(c.Locale.Text())
		speech := voice.With(map[string]any{"Name": c.FirstName(), "Items": len(products)})
		var items []words.Item
		for _, sku := range products[:min(4, len(products))] {
			items = append(items, showcase.Item(c, facts, sku, voice.Locale()))
		}
		return speech.Message("unsold", words.Items(items...), words.ButtonTo(speech.Say("button"), r.ShopURL)), speech.Err()
	}, "email").For(stamp(s.Visit)).Inferred(products...).Inferred(showcase.Categories(c, products...)...)
}
