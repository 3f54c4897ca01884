// Package pending is what is open of a customer's when they turn to us, as far as whoever
// takes the contact may see it. It is about what had happened by the contact: a later word
// may have come before it.
package pending

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/brief"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// Named is how many of a kind are told of.
const Named = 3

// unhappy is how long a bad score is to be asked about, and the highest that is bad.
const (
	unhappy = 60 * 24 * time.Hour
	badNPS  = 6
)

// Role names the parts of a brief that somebody may see.
type Role []string

// Sees tells whether a part may be seen.
func (r Role) Sees(part string) bool { return slices.Contains(r, part) }

// Matters are where what is open is found, and for whose eyes.
type Matters struct {
	Customer  *profile.Profile
	Thread    *thread.Thread
	Facts     catalog.Facts
	At        time.Time // of the contact
	Now       time.Time
	Role      Role // of who takes it
	Sensitive func(skuOrCategory string) bool
}

// Ago tells how long before the contact something was.
func (m Matters) Ago(at time.Time) string {
	s := brief.Screen{Until: m.At}
	return s.Ago(at)
}

// Public tells whether a product may be named.
func (m Matters) Public(sku, category string) bool {
	return m.Role.Sees("private") || !m.Sensitive(sku) && !m.Sensitive(category)
}

// Orders are what the customer may still ask about, a line each: the order they name, those
// that wait, and those of the last weeks that nobody has fetched or brought back.
func (m Matters) Orders(named string) (lines []string) {
	if !m.Role.Sees("orders") {
		return nil
	}
	for _, o := range m.Customer.Orders() {
		open := o.Collected.IsZero() && len(o.Returns) == 0 && o.Delivery != events.DeliveryCarriedOut && m.At.Sub(o.At) < 30*24*time.Hour
		if len(lines) == Named || o.At.After(m.At) || !open && o.OrderID != named {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s, %s, %s, %s: %s", o.OrderID, o.Place, words.Money(o.Total, "en"), m.Ago(o.At), m.Stands(o)))
	}
	return lines
}

// Order is the one that the contact names, else the newest that lies ready and is not fetched.
func (m Matters) Order(named string) (profile.Order, bool) {
	o, ok := m.Customer.Order(named)
	if !ok {
		all := m.Customer.Orders()
		if i := slices.IndexFunc(all, m.waits); i >= 0 {
			o, ok = all[i], true
		}
	}
	return o, ok && !o.At.After(m.At) && m.Role.Sees("orders")
}

func (m Matters) waits(o profile.Order) bool {
	return o.Ready.OrderID != "" && o.Collected.IsZero() && !o.Ready.HoldUntil.Before(m.At) && !o.At.After(m.At)
}

// Stands tells how an order stands.
func (m Matters) Stands(o profile.Order) string {
	switch {
	case len(o.Returns) > 0:
		r := o.Returns[0]
		return fmt.Sprintf("returned %s, %s back", m.Ago(r.At), words.Money(r.Refund, "en"))
	case !o.Collected.IsZero():
		return "fetched " + m.Ago(o.Collected)
	case o.Ready.OrderID != "":
		return fmt.Sprintf("waits in %s until %s", m.store(o.Ready.StoreID), o.Ready.HoldUntil.UTC().Format("2 Jan"))
	case o.Delivery == events.DeliveryCollect:
		return "to be fetched, not ready"
	}
	return string(o.Delivery)
}

func (m Matters) store(id string) string {
	if s, ok := m.Facts.Store(id); ok {
		return s.Name
	}
	return id
}

// Basket is what lies in the open one, a line each.
func (m Matters) Basket() (lines []string) {
	basket, open := m.Customer.OpenBasket()
	if !open || basket.At.After(m.At) || !m.Role.Sees("baskets") {
		return nil
	}
	for _, l := range basket.Lines {
		if len(lines) < Named && m.Public(l.SKU, l.Category) {
			lines = append(lines, fmt.Sprintf("%d × %s, %s", l.Quantity, cmp.Or(l.Name, l.SKU), m.Ago(basket.At)))
		}
	}
	return lines
}

// Complaints are those that are not mended, a line each.
func (m Matters) Complaints() (lines []string) {
	if !m.Role.Sees("complaints") {
		return nil
	}
	if id, open := m.Customer.Complaint(); open {
		lines = append(lines, "complaint "+id)
	}
	for _, c := range m.Thread.Complaints(m.Now) {
		if line := fmt.Sprintf("%s, %s, by %s", c.Key, m.Ago(c.At), c.Flow); len(lines) < Named && !slices.Contains(lines, "complaint "+c.Key) {
			lines = append(lines, line)
		}
	}
	return lines
}

// Unhappy is the customer's last answer to whether they would recommend us, if it was low.
func (m Matters) Unhappy() (profile.Survey, bool) {
	for _, s := range m.Customer.Surveys {
		if s.Kind == events.SurveyNPS && !s.At.After(m.At) {
			return s, s.Score <= badNPS && m.At.Sub(s.At) < unhappy && m.Role.Sees("recent")
		}
	}
	return profile.Survey{}, false
}
