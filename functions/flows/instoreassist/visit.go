package instoreassist

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
)

// state is what is remembered about the latest visit to a store.
type state struct {
	Came time.Time `json:"came"`
	Left time.Time `json:"left,omitzero"` // zero: not that we know of
	Last time.Time `json:"last,omitzero"` // when they came for the visit before, signs of which may come late
}

func stateOf[T any](m flow.Moment[T]) (s state) {
	m.State(&s)
	return s
}

// visit is what an event says of one.
func visit(m flow.Moment[events.StoreVisited]) state {
	v := state{Came: m.At}
	if at := m.Data.EnteredAt; !at.IsZero() && at.Before(m.At) {
		v.Came = at
	}
	if stayed := time.Duration(m.Data.DwellS) * time.Second; stayed > 0 {
		v.Left = v.Came.Add(stayed)
	}
	return v
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// grace is how long before the visit was noticed an order may have been rung up.
const grace = time.Hour

// bought tells whether the customer has been at the till of the store on this visit.
func bought(c *profile.Profile, store string, came time.Time) bool {
	return slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.Place == events.PlaceStore && (o.StoreID == store || o.StoreID == "") && !o.At.Before(came.Add(-grace))
	})
}

// open tells when a store that is open at a time closes, zero for never, or why nobody is
// written to in it.
func open(facts catalog.Facts, store string, at time.Time) (closes time.Time, reason string) {
	hours, ok := facts.Hours(store)
	switch {
	case !ok:
		return closes, "opening hours not known"
	case hours.OpenAt(at):
		_, closes, _ = hours.Next(at)
		return closes, ""
	case len(hours.Intervals(at, at.Add(1))) > 0:
		return closes, "not known whether the store is open"
	}
	return closes, "the store is closed"
}
