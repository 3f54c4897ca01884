package profile

import (
	"cmp"
	"math"
	"slices"
	"time"

	"redthread.dev/events"
)

// Interest is how much a category or a product draws the customer now.
type Interest struct {
	Category string
	SKU      string  // empty: the category as a whole
	Score    float64 // 1 is one view just now; declared interests come first, whatever their score
	Declared bool
}

// halfLife is how long it takes for a view, a scan or a purchase to count half.
const halfLife = 14 * 24 * time.Hour

// What an act weighs against one view. A purchase says more about the category than
// about the product, which is not needed now.
const (
	weightView   = 1.0
	weightScan   = 2.0
	weightBasket = 3.0
	weightOrder  = 4.0
)

// Interests returns what draws the customer at now, the strongest first, from the
// kept views, scans, baskets and orders. The score is the sum over acts of their
// weight × 2^(−age/14 days).
func (p *Profile) Interests(now time.Time) []Interest {
	type subject struct{ category, sku string }
	scores := map[subject]float64{}
	add := func(weight float64, at time.Time, category, sku string) {
		weight *= math.Exp2(-max(0, now.Sub(at).Hours()) / halfLife.Hours())
		if category != "" {
			scores[subject{category: category}] += weight
		}
		if sku != "" {
			scores[subject{category, sku}] += weight
		}
	}
	for _, v := range p.Views {
		add(weightView, v.At, v.Category, v.SKU)
	}
	for _, s := range p.Scans {
		add(weightScan, s.At, "", s.SKU)
	}
	for _, b := range p.Baskets {
		for _, l := range b.Lines {
			add(weightBasket, b.At, l.Category, l.SKU)
		}
	}
	for _, o := range p.Placed {
		for _, l := range o.Lines {
			add(weightOrder, o.At, l.Category, "")
		}
	}
	declared := p.DeclaredInterests()
	for _, d := range declared {
		scores[subject{category: d}] += 0
	}
	interests := make([]Interest, 0, len(scores))
	for s, score := range scores {
		interests = append(interests, Interest{s.category, s.sku, score, s.sku == "" && slices.Contains(declared, s.category)})
	}
	slices.SortFunc(interests, stronger)
	return interests
}

func stronger(a, b Interest) int {
	if a.Declared != b.Declared {
		if a.Declared {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Category, b.Category), cmp.Compare(a.SKU, b.SKU))
}

// TraitInterests is the trait that holds the categories a customer ticked.
const TraitInterests = "interests"

// DeclaredInterests returns the categories the customer has said they care for.
func (p *Profile) DeclaredInterests() []string { return p.Declared(TraitInterests) }

// Stores returns the stores the customer uses, the one used last first: their own
// choice, then those they visited, bought or collected in.
func (p *Profile) Stores() []string {
	type use struct {
		store string
		at    time.Time
	}
	var uses []use
	for _, v := range p.Visits {
		uses = append(uses, use{v.StoreID, v.At})
	}
	for _, o := range p.Placed {
		uses = append(uses, use{o.StoreID, o.At})
	}
	for _, c := range p.Collected {
		uses = append(uses, use{c.StoreID, c.At})
	}
	slices.SortStableFunc(uses, func(a, b use) int { return b.at.Compare(a.at) })
	stores := []string{p.Traits[events.TraitStore].Text()}
	for _, u := range uses {
		if !slices.Contains(stores, u.store) {
			stores = append(stores, u.store)
		}
	}
	return slices.DeleteFunc(stores, func(s string) bool { return s == "" })
}
