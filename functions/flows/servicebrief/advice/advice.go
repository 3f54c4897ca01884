// Package advice is what an agent should do next for a customer who turns to us.
package advice

import (
	"fmt"

	"redthread.dev/functions/flows/servicebrief/pending"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// Advice is what to do next, and why in a word or two.
type Advice struct{ What, Why string }

// Next takes the first rule that holds of what is open; order is the one that the contact
// names, or empty.
func Next(m pending.Matters, order string) Advice {
	if lines := m.Complaints(); len(lines) > 0 {
		return Advice{"say sorry first: " + lines[0] + " is not mended.", "a complaint is open"}
	}
	if o, ok := m.Order(order); ok {
		return about(m, o)
	}
	if s, ok := m.Unhappy(); ok {
		return Advice{fmt.Sprintf("ask what went wrong: they gave %g of 10 %s.", s.Score, m.Ago(s.At)), "a bad score"}
	}
	if lines := m.Basket(); len(lines) > 0 {
		return Advice{"offer help with what lies in the basket.", "a basket is open"}
	}
	return Advice{"listen: nothing of theirs is open that we know of.", "nothing is open"}
}

// about is what to do about an order.
func about(m pending.Matters, o profile.Order) Advice {
	switch {
	case len(o.Returns) > 0:
		r := o.Returns[0]
		return Advice{fmt.Sprintf("tell them that %s for order %s was booked back %s.", words.Money(r.Refund, "en"), o.OrderID, m.Ago(r.At)), "a refund"}
	case !o.Collected.IsZero():
		return Advice{fmt.Sprintf("ask what is wrong with order %s, fetched %s.", o.OrderID, m.Ago(o.Collected)), "an order that was fetched"}
	case o.Ready.OrderID != "":
		return Advice{fmt.Sprintf("tell them that order %s %s.", o.OrderID, m.Stands(o)), "an order waits"}
	}
	return Advice{fmt.Sprintf("find out where order %s is, placed %s (%s).", o.OrderID, m.Ago(o.At), o.Delivery), "an order is on its way"}
}
