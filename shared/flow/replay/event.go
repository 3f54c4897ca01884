package replay

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
)

// Event is a recorded event, read as far as replaying it takes.
type Event struct {
	ID   string    // of its journal entry: the cause of what is decided on it
	At   time.Time // when it happened
	In   time.Time // when it came in, as the replay sees it: that is when it is decided on
	Data events.Data

	channel string             // that it names
	who     events.Identifiers // as they are folded: in normal form, without those refused
	taken   any                // see take

	addressed bool // to the customer, of what was planned for all
}

// Type returns the event's type.
func (e *Event) Type() string { return e.Data.Type() }

// take returns the data as a flow that handles it takes it: all flows take the same.
func (e *Event) take(f *flow.Flow) any {
	if e.taken == nil {
		e.taken, _ = f.Data(e.Data)
	}
	return e.taken
}

// Made returns an event that nobody recorded. Data is a pointer to one of the vocabulary's
// types, with identifiers in normal form; channel is that of the message it tells of, if any.
func Made(id string, at time.Time, channel string, data events.Data) Event {
	e := Event{ID: id, At: at.UTC(), In: at.UTC(), Data: data, channel: channel}
	if from, ok := data.(events.FromSource); ok {
		e.who = from.Shared().Customer
	}
	return e
}

// FromEntry reads a journal entry. The error names an entry whose data cannot be read.
func FromEntry(entry profile.Entry, rules profile.Rules) (Event, error) {
	e := Event{ID: events.Hash(entry.Event), At: entry.Event.Time().UTC(), In: entry.Event.Time().UTC(),
		channel: events.Extension(entry.Event, events.ExtChannel)}
	_, ids, err := rules.Parse(entry.Event)
	if err != nil {
		return e, fmt.Errorf("journal entry %q: %w", e.ID, err)
	}
	if data, err := events.Parse(entry.Event); err == nil {
		e.Data = data // with the identifiers as they came
	} else {
		e.Data = foreign{entry.Event.Type(), &events.Common{}} // of a type of the shop's own: whose it is is all that is folded
	}
	e.who = entry.Taken(ids)
	return e, nil
}

// Sort puts events in the order in which they came in.
func Sort(es []Event) {
	slices.SortFunc(es, func(a, b Event) int {
		return cmp.Or(a.In.Compare(b.In), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}

// foreign is data of which nothing is known but that it is about a customer.
type foreign struct {
	typ string
	*events.Common
}

// Type returns the event's type.
func (f foreign) Type() string { return f.typ }

// fold folds the event into a profile.
func (e *Event) fold(p *profile.Profile) {
	stamp := profile.Stamp{At: e.At, By: e.ID[:min(8, len(e.ID))]}
	from, ok := e.Data.(events.FromSource)
	if !ok {
		profile.FoldAs(p, stamp, e.channel, e.Data)
		return
	}
	common := from.Shared()
	came := common.Customer
	common.Customer = e.who
	profile.FoldAs(p, stamp, e.channel, e.Data)
	common.Customer = came // flows see what came
}
