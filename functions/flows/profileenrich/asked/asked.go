// Package asked remembers what a customer was asked. A question is meant to be asked first,
// and counts once it is known that it was: the policy may have refused it, or a mail of more
// weight have taken its place.
package asked

import (
	"slices"
	"time"

	"redthread.dev/functions/flows/profileenrich/plan"
	"redthread.dev/shared/thread"
)

// Memory is what is remembered about a customer.
type Memory struct {
	At      time.Time      `json:"at"`              // the latest event that counts
	Asked   map[string]int `json:"asked,omitempty"` // how often, by question
	Meant   string         `json:"meant,omitempty"` // the question we wanted to ask next
	MeantAt time.Time      `json:"meant_at,omitzero"`
}

// forgotten is how long threads surely know that something was asked.
const forgotten = 90 * 24 * time.Hour

// Settle counts the question that was meant to be asked, if it was, or so long ago that nobody
// can tell.
func (m *Memory) Settle(was bool, now time.Time) {
	if m.Meant == "" {
		return
	}
	if was || now.Sub(m.MeantAt) > forgotten {
		if m.Asked == nil {
			m.Asked = map[string]int{}
		}
		m.Asked[m.Meant]++
	}
	m.Meant, m.MeantAt = "", time.Time{}
}

// Step names a question and its day: one that was not asked may be meant another time.
func (m Memory) Step() string { return m.Meant + " " + m.MeantAt.UTC().Format(time.DateOnly) }

// Times is how often a question was asked, with the time that another flow asked it.
func (m Memory) Times(q plan.Question, contacts []thread.Contact) int {
	n := m.Asked[q.Fills]
	if slices.ContainsFunc(contacts, func(c thread.Contact) bool { return q.Also != "" && c.Flow == q.Also && c.Step == "ask" }) {
		n++
	}
	return n
}
