package events

import (
	"fmt"
	"time"
)

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
	// Kind is the kind of action that comes of it: who may not be reached so is not
	// addressed. Empty: a message in whatever channel.
	Kind   ActionKind
	Budget Budget
}

// Budget is what a plan may cost in all.
type Budget struct {
	All, Each Money // All without a currency: no limit
}

// Limited tells whether there is a limit.
func (b Budget) Limited() bool { return b.All.Currency != "" && b.Each.Amount != 0 }

// Most returns how many customers a limited budget is for. The error says that nobody can
// tell, as it is in another currency than what it is to pay for.
func (b Budget) Most() (int64, error) {
	if b.All.Currency != b.Each.Currency {
		return 0, fmt.Errorf("the budget is in %s, expected %s as of what it is to pay for", b.All.Currency, b.Each.Currency)
	}
	return b.All.Amount / b.Each.Amount, nil
}

// BeginsAt returns when customers are addressed by what was planned at a time.
func (p Planned) BeginsAt(planned time.Time) time.Time {
	if p.Begins.IsZero() {
		return planned.UTC()
	}
	return p.Begins.UTC()
}

// Planned implements Plan.
func (p NewsletterPlanned) Planned() Planned {
	return Planned{Name: p.NewsletterID, Begins: p.SendAt, Segment: p.Segment}
}

// Planned implements Plan. The list is made when the shop asks for it: so long before the
// catalogue lies in the letter box as the printer needs.
func (p CataloguePlanned) Planned() Planned {
	return Planned{Name: p.CatalogueID, Segment: p.Segment, Kind: ActionPrint, Budget: Budget{All: p.Budget, Each: p.PrintAndPost}}
}
