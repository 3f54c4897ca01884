package storeretarget

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// path tells how a purchase came about, if the customer had been in the other world
// before it.
func (r retarget) path(c *profile.Profile, at time.Time, place events.Place) string {
	from := at.Add(-r.Within)
	offline := place == events.PlaceStore
	switch {
	case offline && slices.ContainsFunc(c.ViewsSince(from), func(v profile.View) bool { return v.Place != events.PlaceStore && v.At.Before(at) }):
		return "researched online, purchased offline"
	case !offline && slices.ContainsFunc(c.VisitsSince(from), func(v profile.Visit) bool { return v.At.Before(at) }):
		return "researched offline, purchased online"
	}
	return ""
}

// retell works the path out anew from all that is known by now, when something of that
// time is an order or before one: what led to a purchase may arrive after it. It tells
// whether there is another one now.
func (r retarget) retell(c *profile.Profile, at time.Time, s *state) bool {
	if len(c.Placed) == 0 || at.After(c.Placed[0].At) {
		return false
	}
	for _, o := range c.Placed {
		if path := r.path(c, o.At, o.Place); path != "" {
			changed := path != s.Path
			s.Path = path
			return changed
		}
	}
	return false
}
