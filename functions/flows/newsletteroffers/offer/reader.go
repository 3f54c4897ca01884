package offer

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/newsletteroffers/taste"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/showcase"
	"redthread.dev/shared/together"
)

const (
	// most is how many products are looked at that go with what a customer is known by.
	most = 20
	// told is the lift that the shop's word stands for, of what goes with what.
	told = 2
)

// Reader is who offers are made to.
type Reader struct {
	Customer *profile.Profile
	At       time.Time     // when the newsletter is sent
	Again    time.Duration // before what was bought is offered once more, unless it is used up
	Least    float64       // relevance of an offer; 1 is one look just now
}

// Need asks for what the reader is known by, and then for what goes with that, and where
// it is in stock.
func (r Reader) Need() catalog.Need {
	skus := slices.Sorted(maps.Keys(taste.Of(r.Customer, r.At, r.Again)))
	return catalog.Need{SKUs: skus, Together: skus, Then: func(known catalog.Facts) catalog.Need {
		all := slices.Clone(skus)
		for _, m := range companions(skus, known) {
			all = append(all, m.SKU)
		}
		need := showcase.Need(r.Customer, all...)
		for _, sku := range all {
			need.Stock = append(need.Stock, catalog.StockOf{StoreID: events.StoreWeb, SKU: sku})
		}
		return need
	}}
}

func companions(skus []string, known catalog.Facts) []together.Match {
	all := showcase.GoesWith(skus, known)
	return all[:min(len(all), most)]
}

// Offers are what of what is relevant can be offered, as the facts, those of Need, say: the
// best first, so many at most. What is private, a product or a category, is not shown.
func (r Reader) Offers(facts catalog.Facts, slots int, private func(skuOrCategory string) bool) []Offer {
	likes, bought := taste.Of(r.Customer, r.At, r.Again), taste.Bought(r.Customer, r.At.Add(-r.Again))
	var all []Offer
	for sku, relevance := range likes {
		p, known := facts.Product(sku)
		had, has := bought[sku]
		if usedUp := has && had.UsedUp(p, r.At); known && (usedUp || !has) {
			all = append(all, Offer{SKU: sku, UsedUp: usedUp, Relevance: relevance})
		}
	}
	for _, x := range companions(slices.Sorted(maps.Keys(likes)), facts) {
		if _, has := bought[x.SKU]; !has {
			lift := cmp.Or(x.Lift, told)
			all = append(all, Offer{SKU: x.SKU, With: x.With, Relevance: likes[x.With] * math.Log(lift)})
		}
	}
	all = slices.DeleteFunc(all, func(o Offer) bool { return o.Relevance < r.Least || !o.fits(r.Customer, facts, private) })
	for i := range all {
		p, _ := facts.Product(all[i].SKU)
		all[i].worth = all[i].Relevance * (0.5 + margin(p))
	}
	slices.SortFunc(all, func(a, b Offer) int { return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.SKU, b.SKU)) })
	return all[:min(len(all), slots)]
}
