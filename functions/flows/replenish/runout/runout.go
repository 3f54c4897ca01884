// Package runout works out when what a customer uses up has run out: at the rhythm of their
// own purchases, as far as there is one, else by the catalogue.
package runout

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"redthread.dev/functions/flows/replenish/rhythm"
	"redthread.dev/functions/flows/replenish/supply"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
)

const (
	day = 24 * time.Hour
	// longest bounds how many days a purchase lasts: the catalogue's bound for one product.
	longest = 3650
)

// End is when a supply runs out.
type End struct {
	supply.Supply
	At time.Time
	By string // what it was worked out from
}

// Why a customer hears of nothing that they use up.
const (
	unknown   = "nothing runs out that is known of"
	uneven    = "bought at no regular pace"
	withdrawn = "no longer sold"
	private   = "private" // that it runs out would be inferred
	hidden    = "an order had more than is kept"
	brief     = "lasts days only"
)

// Rule is how a shop looks at its customers' purchases.
type Rule struct {
	Gaps  int           // of the customer's own, before they count; 3 at least
	Ahead time.Duration // of its running out a customer is told; what does not last for twice as long is left out
}

// Ends are when a customer's supplies run out, the earliest first, and why one of them, if
// so, is left out. Secret tells of a product that nobody is to be reminded of.
func (r Rule) Ends(c *profile.Profile, facts catalog.Facts, secret func(sku string) bool) (all []End, why string) {
	why = unknown
	for _, s := range supply.Of(c, facts) {
		if secret(s.SKU) {
			why = private
			continue
		}
		e, not := r.end(c, facts, s)
		if not != "" {
			why = not
			continue
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b End) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
	return all, why
}

func (r Rule) end(c *profile.Profile, facts catalog.Facts, s supply.Supply) (e End, not string) {
	product, _ := facts.Product(s.SKU)
	gaps, units := s.Gaps(c)
	days, ok := rhythm.Lasts(gaps, units, s.Last().Days, 1, r.Gaps)
	switch {
	case product.Discontinued:
		return e, withdrawn
	case supply.Unseen(c, s.Last().At, c.Last.Add(1)):
		return e, hidden
	case !ok:
		return e, uneven
	}
	e = End{s, lasting(s.Last().At, days), fmt.Sprintf("%d own gaps", len(gaps))}
	if len(gaps) < r.Gaps {
		e.At, e.By = typically(s), "what is typical"
	}
	if e.At.Sub(s.Last().At) < 2*r.Ahead {
		return e, brief
	}
	return e, ""
}

func lasting(at time.Time, days float64) time.Time {
	return at.Add(time.Duration(min(days, longest) * float64(day)).Round(time.Second))
}

// typically is when a supply runs out by the catalogue: what was left when more was bought
// is used up first.
func typically(s supply.Supply) time.Time {
	at := s.Bought[0].At
	for _, p := range s.Bought {
		if p.At.After(at) {
			at = p.At
		}
		at = lasting(at, p.Days)
	}
	return at
}

// Next is when the first of them is to be told of: so long ahead or, as there was a reason not
// to, each half day after that until it has run out.
func (r Rule) Next(open []End, now time.Time) (first time.Time, ok bool) {
	for _, e := range open {
		at := e.At.Add(-r.Ahead)
		if late := now.Sub(at); late >= 0 {
			at = at.Add((late/(day/2) + 1) * (day / 2))
		}
		if at.Before(e.At) && (!ok || at.Before(first)) {
			first, ok = at, true
		}
	}
	return first, ok
}
