// Package servicebrief tells who takes a customer's call, chat or letter what to know
// before the first word: one screen, with what to do next, and nothing on it that is not
// for the agent's eyes. It waits for nothing: word that is late is not on it.
package servicebrief

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("servicebrief", manifest, nil, func(s settings, _ words.Texts) flow.Rules {
	d := desk{s}
	return flow.Rules{Need: d.need, Handlers: []flow.Handler{
		flow.On(func(c events.ServiceContacted) string { return c.ContactID }, d.contacted),
		flow.On(func(r events.ServiceResolved) string { return cmp.Or(r.ContactID, r.TicketID) }, d.resolved),
	}}
})

// The settings say what each role may see. An agent at the desk sees what is of use on the
// phone; in a store others look at the same screen. "private" shows what the customer has to
// do with the categories that the shop calls sensitive, too.
type settings struct {
	Desk    []string      `envconfig:"DESK" default:"name,value,channels,orders,baskets,complaints,sent,recent" of:"name,value,channels,orders,baskets,complaints,sent,recent,private"`
	Counter []string      `envconfig:"COUNTER" default:"name,orders" of:"name,value,channels,orders,baskets,complaints,sent,recent,private"`
	Fresh   time.Duration `envconfig:"FRESH" default:"24h" least:"1s" most:"720h"` // after that nobody waits for a brief
	Due     time.Duration `envconfig:"DUE" default:"24h" least:"1s" most:"720h"`   // for an answer to a letter; who calls is answered at once
}

type desk struct{ settings }

// sees tells whether the role of whoever takes a contact may see a part of the brief.
func (d desk) sees(c events.ServiceContacted, part string) bool {
	if c.Channel == events.ServiceStore {
		return slices.Contains(d.Counter, part)
	}
	return slices.Contains(d.Desk, part)
}

func (d desk) contacted(m flow.Moment[events.ServiceContacted]) flow.Decision {
	switch {
	case m.Now.Sub(m.At) > d.Fresh:
		return flow.Nothing("too long ago")
	case answered(m.Profile, m.Key, m.At):
		return flow.Nothing("resolved already")
	}
	b := newPage(m, func(part string) bool { return d.sees(m.Data, part) })
	ticket := action.Ticket{
		Thread: m.Key, Subject: subject(m), Body: b.String(), Language: m.Profile.Locale.Text(), Priority: "high", Due: m.At,
	}
	if m.Data.Channel == events.ServiceEmail || m.Data.Channel == events.ServiceSocial {
		ticket.Priority, ticket.Due = "normal", m.At.Add(d.Due)
	}
	return flow.ActTicket("brief", ticket).For(m.At.UTC().Format(time.RFC3339)).Because("next: %s", b.next.why)
}

func (d desk) resolved(flow.Moment[events.ServiceResolved]) flow.Decision {
	return flow.Nothing("resolved")
}

// answered tells whether customer service was done with a contact after it came.
func answered(c *profile.Profile, contact string, at time.Time) bool {
	return slices.ContainsFunc(c.Resolved, func(r profile.Resolved) bool {
		return !r.At.Before(at) && (r.ContactID == contact || r.TicketID == contact)
	})
}

// need asks for what would be named: some of it may be nobody's business.
func (d desk) need(c *profile.Profile, data any) (n catalog.Need) {
	contact, ok := data.(events.ServiceContacted)
	if !ok {
		return n
	}
	if basket, open := c.OpenBasket(); open && d.sees(contact, "baskets") {
		for _, l := range basket.Lines[:min(named, len(basket.Lines))] {
			n.SKUs = append(n.SKUs, l.SKU)
		}
	}
	if d.sees(contact, "recent") {
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

func subject(m flow.Moment[events.ServiceContacted]) string {
	about := m.Data.Topic
	if m.Data.OrderID != "" {
		about = strings.TrimSpace(about + " order " + m.Data.OrderID)
	}
	return fmt.Sprintf("Brief, %s: %s", m.Data.Channel, cmp.Or(about, "no topic given"))
}
