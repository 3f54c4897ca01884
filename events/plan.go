package events

import "time"

// Plan is what is planned for all customers, or for a segment of them: a newsletter, a
// catalogue. The function campaigns addresses it to each.
type Plan interface {
	FromSource
	Planned() Planned
}

// Planned is what all plans have.
type Planned struct {
	Name    string    // the same for all that is planned under it
	Begins  time.Time // when customers are addressed; zero: as soon as it is planned
	Segment string    // empty: all
}

// BeginsAt returns when customers are addressed by what was planned at a time.
func (p Planned) BeginsAt(planned time.Time) time.Time {
	if p.Begins.IsZero() {
		return planned.UTC()
	}
	return p.Begins.UTC()
}

// Planned implements Plan.
func (p NewsletterPlanned) Planned() Planned { return Planned{p.NewsletterID, p.SendAt, p.Segment} }

// Planned implements Plan. The list is made when the shop asks for it: so long before the
// catalogue lies in the letter box as the printer needs.
func (p CataloguePlanned) Planned() Planned {
	return Planned{Name: p.CatalogueID, Segment: p.Segment}
}
