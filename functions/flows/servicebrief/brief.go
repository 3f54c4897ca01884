package servicebrief

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// What fits on one screen of 32 lines.
const (
	recent = 10 // things done last
	named  = 3  // of anything else
)

// page is what the agent reads. It is about what had happened by the contact: a later word
// may have come before it.
type page struct {
	flow.Moment[events.ServiceContacted]
	brief.Screen
	sees func(part string) bool
	next advice
}

func newPage(m flow.Moment[events.ServiceContacted], sees func(string) bool) *page {
	b := &page{Moment: m, Screen: brief.Screen{Until: m.At}, sees: sees}
	b.next = b.advise()
	b.Quote(b.Data.Text)
	b.Say("NEXT: %s", b.next.what)
	b.who()
	b.part("orders", "OPEN ORDERS", b.orders())
	b.part("baskets", "IN THE BASKET", b.basket())
	b.part("complaints", "NOT MENDED", b.complaints())
	b.part("sent", "WE HAVE SENT", b.sent())
	b.part("recent", "DONE LAST", b.Recent(b.Profile, recent, b.public, b.Key))
	return b
}

// part says a heading with its lines, if the role sees it.
func (b *page) part(name, heading string, lines []string) {
	if b.sees(name) {
		b.Part(heading, lines)
	}
}

func (b *page) who() {
	var who []string
	if b.sees("name") {
		who = append(who, brief.Name(b.Profile))
		if locale := b.Profile.Locale.Text(); locale != "" {
			who = append(who, "speaks "+locale)
		}
	}
	if b.sees("value") {
		who = append(who, brief.Value(b.Profile)...)
	}
	if len(who) > 0 {
		b.Say("WHO: %s", strings.Join(who, ", "))
	}
	if b.sees("channels") {
		b.Say("USES: %s", brief.Uses(b.Profile))
	}
}

// waiting are orders that lie ready and are not fetched, newest first.
func (b *page) waiting() []profile.Order {
	return slices.DeleteFunc(b.Profile.Orders(), func(o profile.Order) bool {
		return o.Ready.OrderID == "" || !o.Collected.IsZero() || o.Ready.HoldUntil.Before(b.At) || o.At.After(b.At)
	})
}

// orders are what the customer may still ask about: the order they name, those that wait,
// and those of the last weeks that nobody has fetched or brought back.
func (b *page) orders() (lines []string) {
	for _, o := range b.Profile.Orders() {
		open := o.Collected.IsZero() && len(o.Returns) == 0 && o.Delivery != events.DeliveryCarriedOut && b.At.Sub(o.At) < 30*24*time.Hour
		if len(lines) == named || o.At.After(b.At) || !open && o.OrderID != b.Data.OrderID {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s, %s, %s, %s: %s", o.OrderID, o.Place, words.Money(o.Total, "en"), b.Ago(o.At), b.state(o)))
	}
	return lines
}

func (b *page) state(o profile.Order) string {
	switch {
	case len(o.Returns) > 0:
		r := o.Returns[0]
		return fmt.Sprintf("returned %s, %s back", b.Ago(r.At), words.Money(r.Refund, "en"))
	case !o.Collected.IsZero():
		return "fetched " + b.Ago(o.Collected)
	case o.Ready.OrderID != "":
		return fmt.Sprintf("waits in %s until %s", b.store(o.Ready.StoreID), o.Ready.HoldUntil.UTC().Format("2 Jan"))
	case o.Delivery == events.DeliveryCollect:
		return "to be fetched, not ready"
	}
	return string(o.Delivery)
}

func (b *page) store(id string) string {
	if s, ok := b.Facts.Store(id); ok {
		return s.Name
	}
	return id
}

func (b *page) basket() (lines []string) {
	basket, open := b.Profile.OpenBasket()
	if !open || basket.At.After(b.At) {
		return nil
	}
	for _, l := range basket.Lines {
		if len(lines) < named && b.public(l.SKU, l.Category) {
			lines = append(lines, fmt.Sprintf("%d × %s, %s", l.Quantity, cmp.Or(l.Name, l.SKU), b.Ago(basket.At)))
		}
	}
	return lines
}

// public tells whether a product may be named.
func (b *page) public(sku, category string) bool {
	return b.sees("private") || !b.Sensitive(sku) && !b.Sensitive(category)
}

func (b *page) complaints() (lines []string) {
	if id, open := b.Profile.Complaint(); open {
		lines = append(lines, "complaint "+id)
	}
	for _, c := range b.Thread.Complaints(b.Now) {
		if line := fmt.Sprintf("%s, %s, by %s", c.Key, b.Ago(c.At), c.Flow); len(lines) < named && !slices.Contains(lines, "complaint "+c.Key) {
			lines = append(lines, line)
		}
	}
	return lines
}

// sent is what we last said to the customer, and why.
func (b *page) sent() (lines []string) {
	for _, c := range slices.Backward(b.Thread.Contacts) {
		if c.Kind != string(events.ActionMessage) || c.Released || c.At.After(b.At) || len(lines) == named {
			continue
		}
		line := fmt.Sprintf("%s by %s, %s: %s", c.Step, c.Channel, b.Ago(c.At), c.Flow)
		trail := b.Thread.Flows[c.Flow].Trail
		if i := slices.IndexFunc(trail, func(e thread.Entry) bool { return e.Action == c.Action }); i >= 0 && len(trail[i].Saw) > 0 {
			line += ", because " + strings.Join(trail[i].Saw, "; ")
		}
		lines = append(lines, line)
	}
	return lines
}
