package why

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/thread"
)

// book puts together what was decided, what is decided now, and what was done.
type book struct {
	*history
	byCause map[string]*Moment
	order   []*Moment
	trail   map[string][]*memory // by flow
	deeds   map[string]action.Action
	told    map[string]bool // actions that belong to a decision
	redone  int
}

// memory is what a thread remembers of a decision.
type memory struct {
	thread.Entry
	used bool
}

// late is how much later than it was due a timer may have come.
const late = 10 * time.Minute

func newBook(h *history) *book {
	b := &book{history: h, byCause: map[string]*Moment{}, trail: map[string][]*memory{}, deeds: map[string]action.Action{}, told: map[string]bool{}}
	for _, entry := range h.entries {
		m := &Moment{At: entry.Time.UTC(), Type: events.Short(entry.Type), Event: entry.ID, Source: entry.Source,
			Merged: entry.Merged, Unlinked: entry.Unlinked, cause: events.Hash(entry.Event)}
		if lag := entry.Received.Sub(entry.Time); lag > time.Minute || lag < -time.Minute {
			m.Received = entry.Received.UTC()
		}
		b.byCause[m.cause] = m
		b.order = append(b.order, m)
	}
	for name, f := range h.thread.Flows {
		for _, e := range f.Trail {
			b.trail[name] = append(b.trail[name], &memory{Entry: e})
		}
	}
	for _, a := range h.actions {
		b.deeds[a.ID], b.deeds[same(a)] = a, a
	}
	return b
}

// same names what an action does. Its id also tells for whom, who may since have been
// merged.
func same(a action.Action) string { return a.Flow + "\x00" + a.Key + "\x00" + a.Step }

// redo takes down a decision that was made once more, or what is remembered of it.
func (b *book) redo(d *replay.Decision) {
	if m := b.remembered(d); m != nil {
		m.used = true
		b.note(d.Flow, m.Entry, d.Event != nil && d.Event.ID == m.Cause)
		return
	}
	b.redone++
	out := decision(d.Flow, d.Entry)
	out.Redone = true
	if d.Action != nil {
		if deed, ok := b.deed(same(*d.Action)); ok {
			out.Action = &deed
		} else {
			out.Note = "no such action is stored: it was decided otherwise then"
		}
	}
	b.at(d.Entry, d.Event != nil && d.Event.ID == d.Cause).add(out)
}

// remembered is what the thread has kept of the decision: on the same event, or on the
// same timer at about the same time. Timers of a customer who has since been merged
// had other ids.
func (b *book) remembered(d *replay.Decision) *memory {
	for _, m := range b.trail[d.Flow] {
		if !m.used && m.Cause == d.Cause {
			return m
		}
	}
	if d.Event != nil && d.Event.ID == d.Cause {
		return nil
	}
	for _, m := range b.trail[d.Flow] {
		if gap := m.At.Sub(d.At); !m.used && m.Type == d.Type && m.Key == d.Key && gap > -time.Minute && gap < late {
			return m
		}
	}
	return nil
}

// remember takes down what the thread remembers and was not decided once more: the
// settings were others then, or the catalogue.
func (b *book) remember() {
	for name, all := range b.trail {
		for _, m := range all {
			if !m.used {
				_, event := b.byCause[m.Cause]
				b.note(name, m.Entry, event)
			}
		}
	}
}

func (b *book) note(flowName string, e thread.Entry, event bool) {
	out := decision(flowName, e)
	if deed, ok := b.deed(e.Action); ok {
		out.Action = &deed
	}
	b.at(e, event).add(out)
}

// at is the moment that a decision is about.
func (b *book) at(e thread.Entry, event bool) *Moment {
	if m := b.byCause[e.Cause]; event && m != nil {
		return m
	}
	m := &Moment{At: e.At.UTC(), Type: title(e.Type), Timer: true, cause: e.Cause}
	if events.Known(e.Type) { // it was planned for all, and is in nobody's journal
		m.Type, m.Timer = events.Short(e.Type), false
	}
	b.order = append(b.order, m)
	return m
}

func (m *Moment) add(d Decision) {
	if !m.Timer && d.At.Sub(m.At).Abs() < time.Minute {
		d.At = time.Time{}
	}
	m.Decisions = append(m.Decisions, d)
}

func decision(flowName string, e thread.Entry) Decision {
	return Decision{Flow: flowName, At: e.At.UTC(), Key: e.Key, Verdict: e.Verdict, Reason: e.Reason, Saw: e.Saw}
}

func (b *book) deed(id string) (Deed, bool) {
	a, ok := b.deeds[id]
	if !ok {
		return Deed{}, false
	}
	b.told[a.ID] = true
	return deedOf(a), true
}

func deedOf(a action.Action) Deed {
	return Deed{ID: a.ID, Flow: a.Flow, Step: a.Step, Channel: a.Channel, Kind: string(a.Kind), Created: a.Created, Status: string(a.Status),
		Done: a.Done, Attempts: a.Attempts, Provider: a.Provider, Reference: a.Reference, Reason: a.Reason}
}

// moments are in the order of time.
func (b *book) moments() []Moment {
	slices.SortStableFunc(b.order, func(x, y *Moment) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.cause, y.cause)) })
	all := make([]Moment, len(b.order))
	for i, m := range b.order {
		slices.SortStableFunc(m.Decisions, func(x, y Decision) int { return cmp.Compare(x.Flow, y.Flow) })
		all[i] = *m
	}
	return all
}

// loose are actions of which no decision tells.
func (b *book) loose() []Deed {
	var all []Deed
	for _, a := range b.actions {
		if !b.told[a.ID] {
			all = append(all, deedOf(a))
		}
	}
	return all
}
