// Package visit is one stay of a customer in a store, as far as it is known: signs of it come
// late, again, and by more than one way.
package visit

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Visit is what is remembered about the latest visit to a store.
type Visit struct {
	Came time.Time `json:"came"`
	Left time.Time `json:"left,omitzero"` // zero: not that we know of
	Last time.Time `json:"last,omitzero"` // when they came for the visit before, signs of which may come late
}

// Of is what a sign says of a visit, which was noticed at a time.
func Of(sign events.StoreVisited, at time.Time) Visit {
	v := Visit{Came: at}
	if entered := sign.EnteredAt; !entered.IsZero() && entered.Before(at) {
		v.Came = entered
	}
	if stayed := time.Duration(sign.DwellS) * time.Second; stayed > 0 {
		v.Left = v.Came.Add(stayed)
	}
	return v
}

// After returns the visit with what the one known so far adds to it, and whether the two are
// the same: one lasts so long at most.
func (v Visit) After(known Visit, lasts time.Duration) (_ Visit, same bool) {
	if v.Came.Sub(known.Came).Abs() >= lasts {
		v.Last = known.Came
		return v, false
	}
	v.Left, v.Last = later(v.Left, known.Left), known.Last
	return v, true
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Over tells whether the customer is known to have left by a time.
func (v Visit) Over(by time.Time) bool { return !v.Left.IsZero() && !by.Before(v.Left) }

// grace is how long before the visit was noticed an order may have been rung up.
const grace = time.Hour

// Bought tells whether the customer has been at the till of the store on the visit.
func (v Visit) Bought(c *profile.Profile, store string) bool {
	return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.Place == events.PlaceStore && (o.StoreID == store || o.StoreID == "") && !o.At.Before(v.Came.Add(-grace))
	})
}
