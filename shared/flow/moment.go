// Package flow is what flows decide with: a moment, a decision, and the policy
// that stands between the two and the customer. Deciding is pure; New wraps it in
// the one runtime that reads, decides and commits.
package flow

import (
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Moment is an event, or a timer, with all that a decision about it needs. All of
// it is read only.
type Moment[T any] struct {
	Data    T
	Key     string    // the business key: what this is about
	At      time.Time // when it happened; for a timer, when it was due
	Now     time.Time // when it is decided
	Cause   string    // names the event or timer, the same at each delivery
	Profile *profile.Profile
	Thread  *thread.Thread
	Facts   catalog.Facts // what the flow declared it needs

	state json.RawMessage
	known map[string]json.RawMessage
	flow  *Flow // that is to decide
}

// State fills into, a pointer, with what the flow kept about the key. It returns
// false when it kept nothing.
func (m Moment[T]) State(into any) bool {
	return len(m.state) > 0 && json.Unmarshal(m.state, into) == nil
}

// Known fills into, a pointer to a map by name, with what was learnt about the key. It
// returns false when that is nothing.
func (m Moment[T]) Known(into any) bool {
	text, err := json.Marshal(m.known)
	return err == nil && len(m.known) > 0 && json.Unmarshal(text, into) == nil
}

// Sensitive tells whether a product or a category is one that the shop calls sensitive:
// those are not to be shown to whoever happens to look. Of a product, its facts must
// have been asked for.
func (m Moment[T]) Sensitive(skuOrCategory string) bool {
	return m.flow != nil && m.flow.policy.tender(skuOrCategory, m.Facts)
}

// Reaches tells whether a message of the flow may go to the customer in a channel: it is
// there to be used, has an address, and consent if that is needed.
func (m Moment[T]) Reaches(channel string) bool {
	return m.flow != nil && m.flow.policy.opens(channel, events.Purpose(m.flow.manifest.Purpose), m.Profile)
}

// Handler is a flow's answer to one type of event, or to one timer.
type Handler struct {
	event string // event type; empty for a timer
	timer string
	parse func(events.Event) (any, error)
	take  func(events.Data) (any, bool) // what events.Parse made of the event
	key   func(any) string
	turn  func(base) Decision
}

// base is a moment before its data has a type.
type base struct {
	Moment[any]
}

// Skip is the key of an event that the flow has no use for, as its data says by itself:
// nothing is read, and nobody is asked. The goal's event always has a use.
const Skip = "\x00skip"

// On handles events of T's type. The key says what an event is about, so that two
// baskets of one customer are two threads of work; for the goal's event the empty
// key means all that the flow has going for the customer. See also Skip.
func On[T events.Data](key func(T) string, decide func(Moment[T]) Decision) Handler {
	var zero T
	return Handler{
		event: zero.Type(),
		parse: func(e events.Event) (any, error) { return events.Decode[T](e) },
		take:  take[T],
		key:   func(data any) string { return key(data.(T)) },
		turn:  func(b base) Decision { return decide(typed[T](b)) },
	}
}

func take[T events.Data](parsed events.Data) (any, bool) {
	data, ok := any(parsed).(*T)
	if !ok {
		return nil, false
	}
	return *data, true
}

// OnTimer handles the named timer of the flow.
func OnTimer(name string, decide func(Moment[thread.Timer]) Decision) Handler {
	return Handler{timer: name, turn: func(b base) Decision { return decide(typed[thread.Timer](b)) }}
}

func typed[T any](b base) Moment[T] {
	return Moment[T]{
		Data: b.Data.(T), Key: b.Key, At: b.At, Now: b.Now, Cause: b.Cause,
		Profile: b.Profile, Thread: b.Thread, Facts: b.Facts, state: b.state, known: b.known, flow: b.flow,
	}
}
