// Package why answers why a customer did, or did not, hear from the shop: for every
// event in their journal what each flow decided, and what came of it. What the
// thread still remembers is told as it was; what it never kept, or keeps no longer, is
// decided once more, and marked.
package why

import (
	"context"
	"time"

	"redthread.dev/functions/intake/consent"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Asker asks about customers.
type Asker struct {
	Store store.Store
	Rules profile.Rules
	Flows []*flow.Flow // all of them, as they share a customer's thread
}

// Answer is all that can be said. There is nothing in it by which one could tell who the
// customer is, except for where the links of Exports lead.
type Answer struct {
	Profile  string    `json:"profile"`
	Absorbed []string  `json:"absorbed,omitempty"` // profiles that became part of it
	Since    time.Time `json:"since,omitzero"`
	Orders   int       `json:"orders"`
	Allows   []string  `json:"allows"` // channels that may be used for marketing
	Moments  []Moment  `json:"moments"`
	Loose    []Deed    `json:"loose,omitempty"` // actions that belong to no decision that is remembered or made again
	// Exports are the copies of all that is held about the customer, which the shop
	// can hand out.
	Exports []consent.Handed `json:"exports,omitempty"`
	Waiting []Timer          `json:"waiting"`
	Budget  Budget           `json:"budget"`
	Until   time.Time        `json:"until"` // the last that is known
	Redone  int              `json:"recomputed"`
}

// Moment is an event, or a timer that came.
type Moment struct {
	At        time.Time  `json:"at"`                 // when it happened; for a timer, when it was decided on
	Received  time.Time  `json:"received,omitzero"`  // when it came in, unless that was within a minute
	Type      string     `json:"type"`               // short; or the timer's name
	Timer     bool       `json:"timer,omitempty"`    //
	Event     string     `json:"event,omitempty"`    // its id; none of what was planned for all
	Source    string     `json:"source,omitempty"`   // who sent it
	Merged    []string   `json:"merged,omitempty"`   // profiles that it made one with the customer's
	Unlinked  bool       `json:"unlinked,omitempty"` // that was undone
	Decisions []Decision `json:"decisions,omitempty"`

	cause string // its journal id
}

// Decision is what one flow said to a moment.
type Decision struct {
	Flow    string    `json:"flow"`
	At      time.Time `json:"at,omitzero"` // when, if not within a minute of the moment
	Key     string    `json:"key,omitempty"`
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
	Saw     []string  `json:"saw,omitempty"`
	Action  *Deed     `json:"action,omitempty"`
	Redone  bool      `json:"recomputed,omitempty"` // decided once more, as nothing was kept of it
	Note    string    `json:"note,omitempty"`
}

// Deed is an action, as it is stored.
type Deed struct {
	ID        string    `json:"id"`
	Flow      string    `json:"flow"`
	Step      string    `json:"step"`
	Channel   string    `json:"channel"`
	Kind      string    `json:"kind"`
	Created   time.Time `json:"created"`
	Status    string    `json:"status"`
	Done      time.Time `json:"done,omitzero"`
	Attempts  int       `json:"attempts,omitempty"`
	Provider  string    `json:"provider,omitempty"`
	Reference string    `json:"reference,omitempty"`
	Reason    string    `json:"reason,omitempty"`
}

// Timer is something a flow waits for.
type Timer struct {
	Flow string    `json:"flow"`
	Name string    `json:"name"`
	Key  string    `json:"key,omitempty"`
	Due  time.Time `json:"due"`
}

// Budget is how much marketing the customer has had.
type Budget struct {
	Week      int `json:"week"`       // messages in the seven days up to Answer.Until
	Day       int `json:"day"`        // and on that day, in the customer's zone
	WeekLimit int `json:"week_limit"` // for a flow of high priority
	DayLimit  int `json:"day_limit"`
}

// Ask tells all about the customer with a profile id.
func (a Asker) Ask(ctx context.Context, id string) (Answer, error) {
	h, err := a.read(ctx, id)
	if err != nil {
		return Answer{}, err
	}
	exports, err := consent.Exports(ctx, a.Store, h.ids)
	if err != nil {
		return Answer{}, err
	}
	facts, err := catalog.Whole(ctx, a.Store)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Profile: h.profile.ID, Absorbed: h.ids[1:], Since: h.profile.Created, Orders: h.profile.Totals.Orders,
		Allows: allows(&h.profile), Waiting: []Timer{}, Exports: exports, Until: h.until()}
	past := replay.Past{Profile: h.profile.ID}
	for _, entry := range h.entries {
		e, err := replay.FromEntry(entry, a.Rules)
		if err != nil {
			return answer, err
		}
		e.In = entry.Received // that is when the flows saw it
		past.Events = append(past.Events, e)
	}
	replay.Sort(past.Events)
	b := newBook(h)
	play := replay.Play{Suites: [][]*flow.Flow{a.Flows}, Facts: facts, Until: answer.Until}
	play.Customer(past, b.redo)
	b.remember()
	answer.Moments, answer.Redone, answer.Loose = b.moments(), b.redone, b.loose()
	for _, t := range h.thread.Timers {
		answer.Waiting = append(answer.Waiting, Timer{t.Flow, title(t.Name), t.Key, t.Due})
	}
	answer.Budget = a.budget(h, answer.Until)
	return answer, nil
}

// budget counts as the policy does.
func (a Asker) budget(h *history, now time.Time) Budget {
	var b Budget
	zone := time.UTC
	for _, f := range a.Flows {
		p := f.Policy()
		b.WeekLimit, b.DayLimit = max(b.WeekLimit, p.Week), max(b.DayLimit, p.Day)
		if z, err := time.LoadLocation(p.Zone); err == nil {
			zone = z
		}
	}
	zone = h.profile.Zone(zone)
	for _, c := range h.thread.Contacts {
		if !c.Message() {
			continue
		}
		if now.Sub(c.At) < 7*24*time.Hour {
			b.Week++
		}
		if c.At.In(zone).Format(time.DateOnly) == now.In(zone).Format(time.DateOnly) {
			b.Day++
		}
	}
	return b
}
