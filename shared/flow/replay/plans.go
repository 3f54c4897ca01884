package replay

import (
	"cmp"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// plans are what was planned for all customers (see the function campaigns): the last word
// on each newsletter. Each of them happens to every customer, when it is to be sent.
type plans map[string]*document // by the newsletter's id

var planned = events.NewsletterPlanned{}.Type()

// add takes a document that is about nobody, if it is a plan.
func (p plans) add(d *document, r *Reader) error {
	if d.kind == nil || d.kind.event != planned {
		return nil
	}
	e, err := r.read(d)
	if err != nil {
		return err
	}
	plan, ok := e.Data.(*events.NewsletterPlanned)
	if !ok {
		return nil
	}
	known := p[plan.NewsletterID]
	if known == nil || cmp.Or(e.At.Compare(known.planned), strings.Compare(d.id, known.id)) > 0 {
		p[plan.NewsletterID] = d.addressed(e.At, plan.SendAt)
	}
	return nil
}

// addressed is a plan as it comes to a customer, at the time of what it plans.
func (d *document) addressed(planned, at time.Time) *document {
	to := *d
	to.planned, to.at = planned, at.UnixNano()
	to.setPlace(store.SortTime(at) + d.id)
	return &to
}

// with returns a customer's documents and what was planned for all.
func (p plans) with(docs []*document) []*document {
	for _, d := range p {
		docs = append(docs, d)
	}
	return docs
}

// hears tells whether an event comes to the customer: what is planned for all does, if they
// take marketing by then.
func (s *stage) hears(e *Event) bool { return !e.addressed || s.profile.TakesMarketing() }
