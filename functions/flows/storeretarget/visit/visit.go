// Package visit is the latest visit of a customer to a store and what came of it: what is
// advertised to them since, and how they bought.
package visit

import (
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/storeretarget/path"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Visit is what is remembered about the latest visit.
type Visit struct {
	At       time.Time `json:"visit"`
	Store    string    `json:"store"`
	Products []string  `json:"products,omitempty"` // advertised to the customer now, if the policy let it be
	Since    time.Time `json:"since,omitzero"`     // the visit that this came of
	Path     string    `json:"path,omitempty"`     // how the last purchase came about that had something before it
}

// The steps by which a customer leaves the audience whatever is advertised to them.
const (
	Bought = "bought"
	Enough = "enough"
)

// Advertised tells whether the customer is in the audience of a flow. What the policy refused,
// or became a mail instead, has put nobody there: then nothing of theirs, not even the
// hash that would take them out, goes to those who advertise.
func (v Visit) Advertised(t *thread.Thread, flow string) bool {
	if len(v.Products) == 0 {
		return false
	}
	for _, c := range slices.Backward(t.Contacts) {
		if c.Flow == flow && c.Kind == string(events.ActionAudience) {
			step, _, _ := strings.Cut(c.Step, " ")
			return !c.At.Before(v.Since) && step != Bought && step != Enough
		}
	}
	return false
}

// Without are the products that are advertised, but for some that came back.
func (v Visit) Without(back []events.Line) []string {
	return slices.DeleteFunc(slices.Clone(v.Products), func(sku string) bool {
		return slices.ContainsFunc(back, func(l events.Line) bool { return l.SKU == sku })
	})
}

// Retell works the path out anew from all that is known by now, when something of that
// time is an order or before one: what led to a purchase may arrive after it. It tells
// whether there is another one now.
func (v *Visit) Retell(c *profile.Profile, at time.Time, within time.Duration) bool {
	if len(c.Placed) == 0 || at.After(c.Placed[0].At) {
		return false
	}
	last, before := path.Last(c, within), v.Path
	if last == "" {
		return false
	}
	v.Path = last
	return last != before
}

// grace is how long before the visit was noticed an order may have been rung up.
const grace = time.Hour

// From is since when an order belongs to a visit, or came after it.
func From(visit time.Time) time.Time { return visit.Add(-grace) }
