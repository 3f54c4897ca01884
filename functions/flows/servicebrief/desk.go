// Package servicebrief tells who takes a customer's call, chat or letter what to know
// before the first word: one screen, with what to do next, and nothing on it that is not
// for the agent's eyes. It waits for nothing: word that is late is not on it.
package servicebrief

import (
	"cmp"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/servicebrief/advice"
	"redthread.dev/functions/flows/servicebrief/page"
	"redthread.dev/functions/flows/servicebrief/pending"
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

// role is that of whoever takes a contact.
func (d desk) role(c events.ServiceContacted) pending.Role {
	if c.Channel == events.ServiceStore {
		return d.Counter
	}
	return d.Desk
}

func (d desk) contacted(m flow.Moment[events.ServiceContacted]) flow.Decision {
	switch {
	case m.Now.Sub(m.At) > d.Fresh:
		return flow.Nothing("too long ago")
	case m.Profile.ResolvedSince(m.Key, m.At):
		return flow.Nothing("resolved already")
	}
	open := pending.Matters{
		Customer: m.Profile, Thread: m.Thread, Facts: m.Facts, At: m.At, Now: m.Now, Role: d.role(m.Data), Sensitive: m.Sensitive,
	}
	next := advice.Next(open, m.Data.OrderID)
	screen := page.Page{Matters: open, Contact: m.Data, Next: next.What}
	ticket := action.Ticket{
		Thread: m.Key, Subject: subject(m), Body: screen.String(), Language: m.Profile.Locale.Text(), Priority: "high", Due: m.At,
	}
	if m.Data.Channel == events.ServiceEmail || m.Data.Channel == events.ServiceSocial {
		ticket.Priority, ticket.Due = "normal", m.At.Add(d.Due)
	}
	return flow.ActTicket("brief", ticket).For(m.At.UTC().Format(time.RFC3339)).Because("next: %s", next.Why)
}

func (d desk) resolved(flow.Moment[events.ServiceResolved]) flow.Decision {
	return flow.Nothing("resolved")
}

// need asks for what would be named.
func (d desk) need(c *profile.Profile, data any) (n catalog.Need) {
	if contact, ok := data.(events.ServiceContacted); ok {
		n = page.Need(c, d.role(contact))
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
