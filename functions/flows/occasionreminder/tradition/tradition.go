// Package tradition is what a customer gives one person for one occasion, year after year.
package tradition

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/functions/flows/occasionreminder/present"
	"redthread.dev/shared/calendar"
	"redthread.dev/shared/profile"
)

// Tradition is what is remembered of one person's occasion: the presents of its last time.
type Tradition struct {
	Occasion calendar.Occasion `json:"occasion,omitempty"` // none in a gift shop that was not told
	Presents []present.Present `json:"presents"`           // oldest first
}

// What is kept of presents: who buys more for one person is reminded of the latest.
const (
	keepPresents = 3
	keepUnsaid   = 12 // in a gift shop, of all orders
)

// half is half a year: a present for the same person and occasion that much later is the
// next time's.
const half = 183 * 24 * time.Hour

// With adds a present, and forgets those of an earlier time. It is false for one that is
// known, or of an earlier time itself. It does not depend on the order of arrival.
func (t Tradition) With(p present.Present) (Tradition, bool) {
	known := func(x present.Present) bool { return x.Order == p.Order }
	if slices.ContainsFunc(t.Presents, known) {
		return t, false
	}
	t.Presents = append(slices.Clone(t.Presents), p)
	slices.SortFunc(t.Presents, func(a, b present.Present) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Order, b.Order)) })
	keep, newest := keepUnsaid, t.Presents[len(t.Presents)-1].At
	if t.Occasion != "" {
		keep = keepPresents
		t.Presents = slices.DeleteFunc(t.Presents, func(x present.Present) bool { return newest.Sub(x.At) >= half })
	}
	t.Presents = t.Presents[max(0, len(t.Presents)-keep):]
	return t, slices.ContainsFunc(t.Presents, known)
}

// Apart are what is reminded of apart: where nobody says what an order is for, each day's.
func (t Tradition) Apart() (all []Tradition) {
	if t.Occasion != "" && len(t.Presents) > 0 {
		return []Tradition{t}
	}
	for _, p := range t.Presents {
		if n := len(all); n > 0 && date(p.At).Equal(date(all[n-1].Presents[0].At)) {
			all[n-1].Presents = append(all[n-1].Presents, p)
			continue
		}
		all = append(all, Tradition{Presents: []present.Present{p}})
	}
	return all
}

// Left are the products that did not come back.
func (t Tradition) Left(c *profile.Profile) (all []present.Line) {
	for _, p := range t.Presents {
		all = append(all, p.Left(c)...)
	}
	return all
}

// Settled tells why there is nothing to remind of at a time; empty when there is. An order
// of the last two months with the same product, and not said to be for somebody else, is
// likely this year's present.
func (t Tradition) Settled(c *profile.Profile, at time.Time) string {
	left, lately := t.Left(c), at.AddDate(0, -2, 0)
	same := func(x profile.Line) bool {
		return slices.ContainsFunc(left, func(l present.Line) bool { return l.SKU == x.SKU })
	}
	switch {
	case len(left) == 0:
		return "came back"
	case t.Occasion == "" && c.OrderedSince(lately):
		return "bought again already" // perhaps this year's: nobody said what it was for
	case slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.Gift == "" && o.At.After(lately) && slices.ContainsFunc(o.Lines, same)
	}):
		return "bought again already"
	}
	return ""
}
