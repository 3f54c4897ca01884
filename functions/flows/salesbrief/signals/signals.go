// Package signals is what somebody does who is about to buy: looks at what costs much, reads
// of prices and of whom to talk to, turns to us. A company is about to buy whatever it looks at.
package signals

import (
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// Rules say what counts.
type Rules struct {
	HighTicket int64         // minor units: what costs as much is sold by people
	Pages      []string      // categories of the pages that tell prices and whom to talk to
	Within     time.Duration // how old it may be
}

// Seen is what a customer did that counts.
type Seen struct {
	Looks    []profile.View // at products
	Pages    []profile.View // of prices, of offers or of whom to talk to, and each use of a calculator
	Contacts []profile.Contact
}

// Candidate tells whether somebody can become a lead at all.
func (r Rules) Candidate(c *profile.Profile) bool {
	return c.Company() != "" || slices.ContainsFunc(c.Views, r.dear)
}

// Seen is what counts at a time: what is not too old and has no order after it. What is
// sensitive, a product or a category, does not.
func (r Rules) Seen(c *profile.Profile, at time.Time, sensitive func(string) bool) (s Seen) {
	counts := func(happened time.Time) bool {
		return !happened.After(at) && at.Sub(happened) <= r.Within && !c.OrderedSince(happened)
	}
	for _, v := range c.Views {
		if !counts(v.At) || sensitive(v.SKU) || sensitive(v.Category) {
			continue
		}
		if v.SKU != "" && (c.Company() != "" || r.dear(v)) {
			s.Looks = append(s.Looks, v)
		}
		if r.asks(v) {
			s.Pages = append(s.Pages, v)
		}
	}
	for _, x := range c.Contacts {
		if sales(x) && counts(x.At) {
			s.Contacts = append(s.Contacts, x)
		}
	}
	return s
}

// Last is when the customer did last what counts, or answered a survey; zero if nothing
// counts since the last order.
func (r Rules) Last(c *profile.Profile) (last time.Time) {
	note := func(at time.Time) {
		if at.After(last) && !c.OrderedSince(at) {
			last = at
		}
	}
	for _, v := range c.Views {
		if v.SKU != "" || r.asks(v) {
			note(v.At)
		}
	}
	for _, x := range c.Contacts {
		if sales(x) {
			note(x.At)
		}
	}
	for _, a := range c.Surveys {
		note(a.At)
	}
	return last
}

// dear tells whether a view is one of what costs much.
func (r Rules) dear(v profile.View) bool { return v.Price.Amount >= r.HighTicket }

// asks tells whether somebody looks at such a page who wants to know a price.
func (r Rules) asks(v profile.View) bool {
	return v.Kind == events.PageCalculator || v.SKU == "" && slices.Contains(r.Pages, v.Category)
}

// sales tells whether a contact may be about what is to be bought.
func sales(x profile.Contact) bool {
	return x.OrderID == "" && !x.Complains()
}
