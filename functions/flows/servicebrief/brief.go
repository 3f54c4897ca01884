package servicebrief

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// What fits on one screen of 32 lines of 100 columns.
const (
	recent = 10 // things done last
	named  = 3  // of anything else
	wide   = 100
)

// brief is what the agent reads. It is about what had happened by the contact: a later word
// may have come before it.
type brief struct {
	flow.Moment[events.ServiceContacted]
	sees  func(part string) bool
	next  advice
	lines []string
}

func newBrief(m flow.Moment[events.ServiceContacted], sees func(string) bool) *brief {
	b := &brief{Moment: m, sees: sees}
	b.next = b.advise()
	b.said()
	b.say("NEXT: %s", b.next.what)
	b.who()
	b.part("orders", "OPEN ORDERS", b.orders())
	b.part("baskets", "IN THE BASKET", b.basket())
	b.part("complaints", "NOT MENDED", b.complaints())
	b.part("sent", "WE HAVE SENT", b.sent())
	b.part("recent", "DONE LAST", b.recent())
	return b
}

// String is the brief as plain text.
func (b *brief) String() string { return strings.Join(b.lines, "\n") + "\n" }

func (b *brief) say(format string, args ...any) {
	b.lines = append(b.lines, clip(fmt.Sprintf(format, args...), wide))
}

// part says a heading with its lines, if the role sees it and there are any.
func (b *brief) part(name, heading string, lines []string) {
	if !b.sees(name) || len(lines) == 0 {
		return
	}
	b.say("%s", heading)
	for _, l := range lines {
		b.say("- %s", l)
	}
}

func (b *brief) said() {
	if text := clip(b.Data.Text, 3*wide-10); text != "" {
		for _, line := range wrapped("“"+text+"”", wide) {
			b.say("%s", line)
		}
	}
}

func (b *brief) who() {
	var who []string
	if b.sees("name") {
		name := b.Profile.FirstName() + " " + b.Profile.Traits[events.TraitLastName].Text()
		who = append(who, cmp.Or(clip(name, wide/2), "no name known"))
		if locale := b.Profile.Locale.Text(); locale != "" {
			who = append(who, "speaks "+locale)
		}
	}
	if b.sees("value") {
		who = append(who, b.value()...)
	}
	if len(who) > 0 {
		b.say("WHO: %s", strings.Join(who, ", "))
	}
	if b.sees("channels") {
		uses, lacks := b.channels()
		b.say("USES: %s; not %s", cmp.Or(strings.Join(uses, ", "), "nothing yet"), cmp.Or(strings.Join(lacks, ", "), "anything else"))
	}
}

// value tells what the customer has bought, ever.
func (b *brief) value() (value []string) {
	t := b.Profile.Totals
	if t.Orders == 0 {
		return []string{"no orders known"}
	}
	value = append(value, fmt.Sprintf("%d %s since %s", t.Orders, words.Plural(t.Orders, "order", "orders"), t.First.UTC().Format(time.DateOnly)))
	for _, currency := range slices.Sorted(maps.Keys(t.Spent)) {
		value = append(value, words.Money(events.Money{Amount: t.Spent[currency], Currency: currency}, "en"))
	}
	if t.Returns > 0 {
		value = append(value, fmt.Sprintf("%d returned", t.Returns))
	}
	return value
}

// channels are those the customer is known to use, and those not. What they read or
// clicked is use; that we may write to them is not.
func (b *brief) channels() (uses, lacks []string) {
	p := b.Profile
	bought := func(place events.Place) bool {
		return slices.ContainsFunc(p.Placed, func(o profile.Placed) bool { return o.Place == place })
	}
	looked := func(place events.Place) bool {
		return slices.ContainsFunc(p.Views, func(v profile.View) bool { return v.Place == place })
	}
	for _, c := range []struct {
		name string
		used bool
	}{
		{"web", bought(events.PlaceWeb) || looked(events.PlaceWeb)},
		{"app", !p.AppOpened.IsZero() || bought(events.PlaceApp)},
		{"store", len(p.Visits) > 0 || len(p.Collected) > 0 || bought(events.PlaceStore)},
		{"e-mail", p.Messages["email"].Opened+p.Messages["email"].Clicked > 0},
		{"social media", len(p.Mentions) > 0},
	} {
		if c.used {
			uses = append(uses, c.name)
		} else {
			lacks = append(lacks, c.name)
		}
	}
	return uses, lacks
}

// waiting are orders that lie ready and are not fetched, newest first.
func (b *brief) waiting() []profile.Order {
	return slices.DeleteFunc(b.Profile.Orders(), func(o profile.Order) bool {
		return o.Ready.OrderID == "" || !o.Collected.IsZero() || o.Ready.HoldUntil.Before(b.At) || o.At.After(b.At)
	})
}

// orders are what the customer may still ask about: the order they name, those that wait,
// and those of the last weeks that nobody has fetched or brought back.
func (b *brief) orders() (lines []string) {
	for _, o := range b.Profile.Orders() {
		open := o.Collected.IsZero() && len(o.Returns) == 0 && o.Delivery != events.DeliveryCarriedOut && b.At.Sub(o.At) < 30*24*time.Hour
		if len(lines) == named || o.At.After(b.At) || !open && o.OrderID != b.Data.OrderID {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s, %s, %s, %s: %s", o.OrderID, o.Place, words.Money(o.Total, "en"), b.ago(o.At), b.state(o)))
	}
	return lines
}

func (b *brief) state(o profile.Order) string {
	switch {
	case len(o.Returns) > 0:
		r := o.Returns[0]
		return fmt.Sprintf("returned %s, %s back", b.ago(r.At), words.Money(r.Refund, "en"))
	case !o.Collected.IsZero():
		return "fetched " + b.ago(o.Collected)
	case o.Ready.OrderID != "":
		return fmt.Sprintf("waits in %s until %s", b.store(o.Ready.StoreID), o.Ready.HoldUntil.UTC().Format("2 Jan"))
	case o.Delivery == events.DeliveryCollect:
		return "to be fetched, not ready"
	}
	return string(o.Delivery)
}

func (b *brief) store(id string) string {
	if s, ok := b.Facts.Store(id); ok {
		return s.Name
	}
	return id
}

func (b *brief) basket() (lines []string) {
	basket, open := b.Profile.OpenBasket()
	if !open || basket.At.After(b.At) {
		return nil
	}
	for _, l := range basket.Lines {
		if len(lines) < named && b.public(l.SKU, l.Category) {
			lines = append(lines, fmt.Sprintf("%d × %s, %s", l.Quantity, cmp.Or(l.Name, l.SKU), b.ago(basket.At)))
		}
	}
	return lines
}

// public tells whether a product may be named.
func (b *brief) public(sku, category string) bool {
	return b.sees("private") || !b.Sensitive(sku) && !b.Sensitive(category)
}

func (b *brief) complaints() (lines []string) {
	if id, open := b.Profile.Complaint(); open {
		lines = append(lines, "complaint "+id)
	}
	for _, c := range b.Thread.Complaints(b.Now) {
		if line := fmt.Sprintf("%s, %s, by %s", c.Key, b.ago(c.At), c.Flow); len(lines) < named && !slices.Contains(lines, "complaint "+c.Key) {
			lines = append(lines, line)
		}
	}
	return lines
}

// sent is what we last said to the customer, and why.
func (b *brief) sent() (lines []string) {
	for _, c := range slices.Backward(b.Thread.Contacts) {
		if c.Kind != string(events.ActionMessage) || c.Released || c.At.After(b.At) || len(lines) == named {
			continue
		}
		line := fmt.Sprintf("%s by %s, %s: %s", c.Step, c.Channel, b.ago(c.At), c.Flow)
		trail := b.Thread.Flows[c.Flow].Trail
		if i := slices.IndexFunc(trail, func(e thread.Entry) bool { return e.Action == c.Action }); i >= 0 && len(trail[i].Saw) > 0 {
			line += ", because " + strings.Join(trail[i].Saw, "; ")
		}
		lines = append(lines, line)
	}
	return lines
}
