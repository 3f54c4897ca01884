// Package page is what an agent reads before the first word to a customer: one screen of 32
// lines at most, with nothing on it that their role may not see.
package page

import (
	"fmt"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/functions/flows/servicebrief/pending"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// recent is how many things done last are told of.
const recent = 10

// Page is what the screen is written from.
type Page struct {
	pending.Matters
	Contact events.ServiceContacted
	Next    string // what to do
}

// String is the screen as plain text.
func (p Page) String() string {
	s := &brief.Screen{Until: p.At}
	s.Quote(p.Contact.Text)
	s.Say("NEXT: %s", p.Next)
	if who := p.who(); len(who) > 0 {
		s.Say("WHO: %s", strings.Join(who, ", "))
	}
	if p.Role.Sees("channels") {
		s.Say("USES: %s", brief.Uses(p.Customer))
	}
	s.Part("OPEN ORDERS", p.Orders(p.Contact.OrderID))
	s.Part("IN THE BASKET", p.Basket())
	s.Part("NOT MENDED", p.Complaints())
	s.Part("WE HAVE SENT", p.sent())
	if p.Role.Sees("recent") {
		s.Part("DONE LAST", s.Recent(p.Customer, recent, p.Public, p.Contact.ContactID))
	}
	return s.String()
}

func (p Page) who() (who []string) {
	if p.Role.Sees("name") {
		who = append(who, brief.Name(p.Customer))
		if locale := p.Customer.Locale.Text(); locale != "" {
			who = append(who, "speaks "+locale)
		}
	}
	if p.Role.Sees("value") {
		who = append(who, brief.Value(p.Customer)...)
	}
	return who
}

// sent is what we last said to the customer, and why.
func (p Page) sent() (lines []string) {
	if !p.Role.Sees("sent") {
		return nil
	}
	for _, c := range slices.Backward(p.Thread.Contacts) {
		if c.Kind != string(events.ActionMessage) || c.Released || c.At.After(p.At) || len(lines) == pending.Named {
			continue
		}
		line := fmt.Sprintf("%s by %s, %s: %s", c.Step, c.Channel, p.Ago(c.At), c.Flow)
		trail := p.Thread.Flows[c.Flow].Trail
		if i := slices.IndexFunc(trail, func(e thread.Entry) bool { return e.Action == c.Action }); i >= 0 && len(trail[i].Saw) > 0 {
			line += ", because " + strings.Join(trail[i].Saw, "; ")
		}
		lines = append(lines, line)
	}
	return lines
}

// Need asks for what would be named on a page: some of it may be nobody's business.
func Need(c *profile.Profile, role pending.Role) (n catalog.Need) {
	if basket, open := c.OpenBasket(); open && role.Sees("baskets") {
		for _, l := range basket.Lines[:min(pending.Named, len(basket.Lines))] {
			n.SKUs = append(n.SKUs, l.SKU)
		}
	}
	if role.Sees("recent") {
		for _, v := range c.Views[:min(recent, len(c.Views))] {
			n.SKUs = append(n.SKUs, v.SKU)
		}
		for _, s := range c.Scans[:min(recent, len(c.Scans))] {
			n.SKUs = append(n.SKUs, s.SKU)
		}
	}
	for _, r := range c.Ready[:min(recent, len(c.Ready))] {
		n.StoreIDs = append(n.StoreIDs, r.StoreID)
	}
	return n
}
