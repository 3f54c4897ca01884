package servicebrief

import (
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// advice is what to do next, and why in a word or two.
type advice struct{ what, why string }

// unhappy is how long a bad score is to be asked about, and the highest that is bad.
const (
	unhappy = 60 * 24 * time.Hour
	badNPS  = 6
)

// advise takes the first rule that holds, of what the role may see.
func (b *page) advise() advice {
	if lines := b.complaints(); b.sees("complaints") && len(lines) > 0 {
		return advice{"say sorry first: " + lines[0] + " is not mended.", "a complaint is open"}
	}
	if a := b.order(); b.sees("orders") && a.why != "" {
		return a
	}
	if s, ok := b.unhappy(); ok && b.sees("recent") {
		return advice{fmt.Sprintf("ask what went wrong: they gave %g of 10 %s.", s.Score, b.Ago(s.At)), "a bad score"}
	}
	if lines := b.basket(); b.sees("baskets") && len(lines) > 0 {
		return advice{"offer help with what lies in the basket.", "a basket is open"}
	}
	return advice{"listen: nothing of theirs is open that we know of.", "nothing is open"}
}

// order is about the order that the contact names, else one that waits.
func (b *page) order() advice {
	o, ok := b.Profile.Order(b.Data.OrderID)
	if waiting := b.waiting(); !ok && len(waiting) > 0 {
		o, ok = waiting[0], true
	}
	switch {
	case !ok || o.At.After(b.At):
		return advice{}
	case len(o.Returns) > 0:
		r := o.Returns[0]
		return advice{fmt.Sprintf("tell them that %s for order %s was booked back %s.", words.Money(r.Refund, "en"), o.OrderID, b.Ago(r.At)), "a refund"}
	case !o.Collected.IsZero():
		return advice{fmt.Sprintf("ask what is wrong with order %s, fetched %s.", o.OrderID, b.Ago(o.Collected)), "an order that was fetched"}
	case o.Ready.OrderID != "":
		return advice{fmt.Sprintf("tell them that order %s %s.", o.OrderID, b.state(o)), "an order waits"}
	}
	return advice{fmt.Sprintf("find out where order %s is, placed %s (%s).", o.OrderID, b.Ago(o.At), o.Delivery), "an order is on its way"}
}

// unhappy is the customer's last answer to whether they would recommend us, if it was low.
func (b *page) unhappy() (profile.Survey, bool) {
	for _, s := range b.Profile.Surveys {
		if s.Kind == events.SurveyNPS && !s.At.After(b.At) {
			return s, s.Score <= badNPS && b.At.Sub(s.At) < unhappy
		}
	}
	return profile.Survey{}, false
}
