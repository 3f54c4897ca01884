// Package ledger folds what is said of one order into its books.
//
// A ledger is a set: what each event said, under the event's name. Books are worked out
// from the whole set each time, never from what they were before, so that they do not
// depend on the order in which events came, nor on how often: what came late has come.
//
// Three things make that hold where it is not plain. Of the words on one thing (an order
// placed again under its number, a return that two systems tell of) the last by its own
// time counts. Where more is handed out or comes back than was bought, goods are told
// apart in the order of what happened to them, and what is over goes to a person. And
// what is to be refunded is a sum, not a list: no more than was stated of all returns
// together, and no more than was paid for all that came back together. Both only grow
// with what comes in, so what was paid back once is never asked for again by a late event.
package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
)

// Most is how many events on one order are kept, and MostText about how many bytes they come
// to, as of an order of 500 lines that is told of five times: a ledger lies in the customer's
// thread, with all else that is remembered of them. A shop tells of an order a few times; one
// of which more is told is for a person.
const (
	Most     = 64
	MostText = 128 << 10
)

// Ledger is all that was said of an order, by the name of the event that said it.
type Ledger map[string]Fact

// Fact is what one event said; one of its parts is set.
type Fact struct {
	At        time.Time  `json:"at"`
	Placed    *Placed    `json:"placed,omitempty"`
	HandedOut *HandedOut `json:"handed_out,omitempty"`
	Returned  *Returned  `json:"returned,omitempty"`
}

// Placed is an order as it was placed. Amounts are minor units of the currency.
type Placed struct {
	Place    events.Place    `json:"place"`
	StoreID  string          `json:"store_id,omitempty"`
	Delivery events.Delivery `json:"delivery"`
	Currency string          `json:"currency"`
	Total    int64           `json:"total"`
	Freight  int64           `json:"freight,omitempty"`
	Lines    []Line          `json:"lines"`
}

// HandedOut is an order, or a part of one, that was fetched. No lines: all that was left.
type HandedOut struct {
	StoreID string `json:"store_id"`
	Lines   []Line `json:"lines,omitempty"`
}

// Returned is what came back.
type Returned struct {
	ReturnID string       `json:"return_id"`
	StoreID  string       `json:"store_id,omitempty"` // empty: not to a store
	Lines    []Line       `json:"lines"`
	Refund   events.Money `json:"refund"` // what the customer was promised for it
}

// Line is a number of one product.
type Line struct {
	SKU   string `json:"sku"`
	N     int    `json:"n"`
	Price int64  `json:"price,omitempty"` // of each
}

// OfPlaced is the fact that an order was placed.
func OfPlaced(o events.OrderPlaced, at time.Time) Fact {
	p := Placed{Place: o.Place, StoreID: o.StoreID, Delivery: o.Delivery, Currency: o.Total.Currency, Total: max(0, o.Total.Amount), Lines: lines(o.Lines)}
	if o.Shipping.Currency == p.Currency {
		p.Freight = min(p.Total, max(0, o.Shipping.Amount))
	}
	return Fact{At: at, Placed: &p}
}

// OfCollected is the fact that an order, or a part of it, was fetched.
func OfCollected(o events.OrderCollected, at time.Time) Fact {
	return Fact{At: at, HandedOut: &HandedOut{StoreID: o.StoreID, Lines: lines(o.Lines)}}
}

// OfReturned is the fact that something came back.
func OfReturned(o events.OrderReturned, at time.Time) Fact {
	return Fact{At: at, Returned: &Returned{ReturnID: o.ReturnID, StoreID: o.StoreID, Lines: lines(o.Lines), Refund: o.Refund}}
}

// Full tells whether there is no room for one more fact.
func (l Ledger) Full(one Fact) bool {
	text := one.size()
	for _, f := range l {
		text += f.size()
	}
	return len(l) >= Most || text > MostText
}

// size is how many bytes of JSON the fact is, about.
func (f Fact) size() (n int) {
	var all []Line
	switch {
	case f.Placed != nil:
		all = f.Placed.Lines
	case f.HandedOut != nil:
		all = f.HandedOut.Lines
	case f.Returned != nil:
		all = f.Returned.Lines
	}
	for _, l := range all {
		n += len(`{"sku":"","n":1,"price":10000},`) + len(l.SKU)
	}
	return n
}

func lines(said []events.Line) (all []Line) {
	for _, l := range said {
		if l.Quantity > 0 {
			all = append(all, Line{SKU: l.SKU, N: l.Quantity, Price: max(0, l.Price.Amount)})
		}
	}
	return all
}

// told is a fact and the name of the event that said it.
type told struct {
	Fact
	by string
}

// inOrder returns what was said in the order of what happened.
func (l Ledger) inOrder() []told {
	var all []told
	for by, f := range l {
		all = append(all, told{f, by})
	}
	slices.SortFunc(all, func(a, b told) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.by, b.by)) })
	return all
}

// placed is the last word on what was bought; false: nobody has said.
func placed(all []told) (Fact, bool) {
	for _, f := range slices.Backward(all) {
		if f.Placed != nil {
			return f.Fact, true
		}
	}
	return Fact{}, false
}

// returns are the last words on each return.
func returns(all []told) (last []Returned) {
	seen := map[string]bool{}
	for _, f := range slices.Backward(all) {
		if f.Returned != nil && !seen[f.Returned.ReturnID] {
			seen[f.Returned.ReturnID] = true
			last = append(last, *f.Returned)
		}
	}
	slices.Reverse(last)
	return last
}

// String lists what was said, a line each, in the order of what happened.
func (l Ledger) String() string {
	var b strings.Builder
	for _, f := range l.inOrder() {
		fmt.Fprintf(&b, "- %s %s\n", f.At.UTC().Format("2006-01-02 15:04 UTC"), f.what())
	}
	return b.String()
}

func (f Fact) what() string {
	switch {
	case f.Placed != nil:
		return fmt.Sprintf("placed, %s: %s", money(f.Placed.Total, *f.Placed), list(f.Placed.Lines))
	case f.HandedOut != nil:
		return fmt.Sprintf("fetched in %s: %s", f.HandedOut.StoreID, cmp.Or(list(f.HandedOut.Lines), "all that was left"))
	}
	r := f.Returned
	return fmt.Sprintf("came back, return %s, to %s, %s promised: %s", r.ReturnID, cmp.Or(r.StoreID, warehouse), r.Refund, list(r.Lines))
}

func list(lines []Line) string {
	var all []string
	for _, l := range lines {
		all = append(all, fmt.Sprintf("%d × %s", l.N, l.SKU))
	}
	return strings.Join(all, ", ")
}
