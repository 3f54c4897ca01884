package profileenrich

import (
	"time"

	"redthread.dev/shared/flow"
)

// state is what is remembered about a customer.
type state struct {
	At      time.Time      `json:"at"`              // the latest event that counts
	Asked   map[string]int `json:"asked,omitempty"` // how often, by question
	Meant   string         `json:"meant,omitempty"` // the question we wanted to ask next
	MeantAt time.Time      `json:"meant_at,omitzero"`
}

// forgotten is how long threads surely know that something was asked.
const forgotten = 90 * 24 * time.Hour

// stateOf tells whether the question that was meant to be asked was: the policy may have
// refused it, or a mail of more weight have taken its place.
func stateOf[T any](m flow.Moment[T]) (s state) {
	m.State(&s)
	if s.Meant == "" {
		return s
	}
	contact, found := m.Thread.Acted(name, key, "ask "+s.step())
	if found && !contact.Released || m.At.Sub(s.MeantAt) > forgotten {
		if s.Asked == nil {
			s.Asked = map[string]int{}
		}
		s.Asked[s.Meant]++
	}
	s.Meant, s.MeantAt = "", time.Time{}
	return s
}

// step names a question and its day: one that was not asked may be meant another time.
func (s state) step() string { return s.Meant + " " + s.MeantAt.UTC().Format(time.DateOnly) }
