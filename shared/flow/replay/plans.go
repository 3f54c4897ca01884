package replay

import (
	"cmp"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// plans are what was planned for all customers (see the function campaigns): the word on
// each that was begun with. Each of them happens to every customer, when it begins.
type plans map[string]*document // by type and name

// add takes a document that is about nobody, if it is a plan.
func (p plans) add(d *document, r *Reader) error {
	if d.kind == nil || !d.kind.plan {
		return nil
	}
	e, err := r.read(d)
	if err != nil {
		return err
	}
	plan, ok := e.Data.(events.Plan)
	if !ok {
		return nil
	}
	what := plan.Planned()
	name := d.kind.event + " " + what.Name
	said := d.addressed(e.At, what.BeginsAt(e.At))
	if known := p[name]; known == nil || said.replaces(known) {
		p[name] = said
	}
	return nil
}

// replaces tells whether a plan takes the place of another of its name, in whatever order
// the two are read: the later word counts, unless the earlier one has begun by then.
func (d *document) replaces(known *document) bool {
	if cmp.Or(d.planned.Compare(known.planned), strings.Compare(d.id, known.id)) < 0 {
		return !known.replaces(d)
	}
	return d.planned.Equal(known.planned) || d.planned.UnixNano() < known.at
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

// hears tells whether an event comes to the customer: what is planned for all does, if it
// concerns them by then. A budget is not kept to: who is among those that it is for is known
// only of all customers together.
func (s *stage) hears(e *Event) bool {
	if !e.addressed {
		return true
	}
	plan, ok := e.Data.(events.Plan)
	return ok && s.profile.Concerned(plan.Planned())
}
