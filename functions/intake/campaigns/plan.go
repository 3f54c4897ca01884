package campaigns

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// brief is what there is to know of a planned event.
type brief struct {
	events.Planned
	id       string // the same for all that is planned under one name
	begins   time.Time
	most     int64 // of a budget: how many customers it is for
	personal bool  // it names its customer
}

// briefOf reads a planned event.
func briefOf(e events.Event) (brief, error) {
	data, err := events.Parse(e)
	if err != nil {
		return brief{}, err
	}
	plan, ok := data.(events.Plan)
	if !ok {
		return brief{}, fmt.Errorf("%s is no plan: the trigger is wrong", events.Tag(e))
	}
	p := plan.Planned()
	b := brief{Planned: p, id: "plan-" + events.HashOf(e.Type(), p.Name), begins: p.BeginsAt(e.Time()),
		personal: len(plan.Shared().Customer) > 0}
	if p.Budget.Limited() {
		b.most, err = p.Budget.Most()
	}
	return b, err
}

// concerns tells whether the plan is for a customer, budget apart.
func (b brief) concerns(c *profile.Profile) bool {
	return c.Concerned(b.Planned) && (b.Segment == "" || c.In(b.Segment))
}

// plan is a planned event, and how far it has been addressed.
type plan struct {
	Event events.Event `json:"event"` // as it came in
	// Below is the place of the customer who was come to last (profile.Addressable); empty:
	// none yet. Those below it are left.
	Below     string    `json:"below,omitempty"`
	Looked    int       `json:"looked"`    // at so many customers
	Addressed int       `json:"addressed"` // to so many of them
	Begun     time.Time `json:"begun,omitzero"`
	Ranking   *ranking  `json:"ranking,omitempty"` // of a plan with a budget, from when it begins
	Done      time.Time `json:"done,omitzero"`

	thread  thread.Thread
	version int64
}

// The plan's place in its thread.
const (
	key     = "plan"
	address = "address" // its timer
)

// kept is how long a plan is remembered once it is done, so that it is not begun again.
const kept = 92 * 24 * time.Hour

// read reads a plan; of one that is not known only the id is set.
func (c *campaigns) read(ctx context.Context, id string) (plan, error) {
	docs, err := c.env.Store.Get(ctx, thread.Key(id))
	if err != nil {
		return plan{}, fmt.Errorf("campaigns: read plan %q: %w", id, err)
	}
	p := plan{version: docs[0].Version}
	if p.thread, err = thread.Read(docs[0]); err != nil {
		return p, function.Never(err)
	}
	if s := p.thread.State(name, key); len(s.Data) > 0 {
		if err := json.Unmarshal(s.Data, &p); err != nil {
			return p, function.Never(fmt.Errorf("campaigns: decode plan %q: %w", id, err))
		}
	}
	return p, nil
}

// commit writes a plan at the version it was read at.
func (c *campaigns) commit(ctx context.Context, p plan) error {
	now := c.env.Now().UTC()
	data, err := json.Marshal(p)
	if err != nil {
		return function.Never(fmt.Errorf("campaigns: encode plan %q: %w", p.thread.Profile, err))
	}
	p.thread.SetState(name, key, thread.State{Data: data, Updated: now})
	w, err := thread.Write(p.thread, p.version)
	if err != nil {
		return function.Never(err)
	}
	if !p.Done.IsZero() {
		w.Expires = p.Done.Add(kept)
	}
	if err := c.env.Store.Commit(ctx, w); err != nil {
		return fmt.Errorf("campaigns: commit plan %q: %w", p.thread.Profile, err)
	}
	return nil
}

func (p plan) known() bool { return p.version != 0 }

// givesWayTo tells whether the plan, if it is known, is replaced by what came in: the
// later word counts, whichever comes first, until it has begun.
func (p plan) givesWayTo(e events.Event) bool {
	return !p.known() || p.Begun.IsZero() &&
		cmp.Or(e.Time().Compare(p.Event.Time()), strings.Compare(events.Hash(e), events.Hash(p.Event))) > 0
}

func (p plan) replaced(e events.Event, begins, now time.Time) plan {
	p.Event = e
	return p.awaits(begins, now)
}

// awaits sets the time at which the plan goes on.
func (p plan) awaits(at, now time.Time) plan {
	p.thread.SetTimer(thread.Timer{Flow: name, Name: address, Key: key, Due: at, Set: now})
	return p
}

// to is the planned event for one customer: the same one, with the same id, whenever it
// is made.
func (p plan) to(customer string, at time.Time) events.Event {
	e := events.Resolved(p.Event, customer)
	events.SetSource(&e, source)
	e.SetID(p.thread.Profile + "." + customer)
	e.SetTime(at)
	events.SetExtension(&e, events.ExtPlan, events.Hash(p.Event))
	return e
}
