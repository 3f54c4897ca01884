// Package path is how a purchase came about: from the web to a store, or from a store to the
// web.
package path

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Of tells how a purchase came about, if the customer had been in the other world within a
// time before it; empty if not.
func Of(c *profile.Profile, at time.Time, place events.Place, within time.Duration) string {
	from := at.Add(-within)
	offline := place == events.PlaceStore
	switch {
	case offline && slices.ContainsFunc(c.ViewsSince(from), func(v profile.View) bool { return v.Place != events.PlaceStore && v.At.Before(at) }):
		return "researched online, purchased offline"
	case !offline && slices.ContainsFunc(c.VisitsSince(from), func(v profile.Visit) bool { return v.At.Before(at) }):
		return "researched offline, purchased online"
	}
	return ""
}

// Last is the path of the last purchase that has one; empty if none has.
func Last(c *profile.Profile, within time.Duration) string {
	for _, o := range c.Placed {
		if path := Of(c, o.At, o.Place, within); path != "" {
			return path
		}
	}
	return ""
}
