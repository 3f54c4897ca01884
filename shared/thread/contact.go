package thread

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/events"
)

// Contact is one action we decided on that reaches the customer.
type Contact struct {
	At       time.Time      `json:"at"`
	Flow     string         `json:"flow"`
	Key      string         `json:"key"`
	Step     string         `json:"step"`
	Action   string         `json:"action"`
	Channel  string         `json:"channel"`
	Kind     string         `json:"kind"`
	Purpose  events.Purpose `json:"purpose"`
	Priority string         `json:"priority"`
	// Complaint says that the shop has something to mend, until the flow's goal.
	Complaint bool `json:"complaint,omitempty"`
	// Released says that the action was cancelled before it was sent: its step is taken,
	// but nobody's attention.
	Released bool `json:"released,omitempty"`
}

// Message tells whether the contact was words to the customer for marketing: what
// the attention budget counts.
func (c Contact) Message() bool {
	return c.Kind == "message" && c.Purpose == events.PurposeMarketing && !c.Released
}

// Acted returns the contact made by a step of a flow about a key, if there was one.
func (t Thread) Acted(flow, key, step string) (Contact, bool) {
	for _, c := range t.Contacts {
		if c.Flow == flow && c.Key == key && c.Step == step {
			return c, true
		}
	}
	return Contact{}, false
}

// Turned tells whether a flow turned to the customer so close to a moment that it is not to
// do so again: within a time before it or, as events come late, after it. What was cancelled
// before it was sent does not count.
func (t Thread) Turned(flow string, at time.Time, within time.Duration) bool {
	return slices.ContainsFunc(t.Contacts, func(c Contact) bool {
		return c.Flow == flow && !c.Released && at.Sub(c.At).Abs() < within
	})
}

// Touch adds a contact.
func (t *Thread) Touch(c Contact) {
	t.Contacts = tidy(append(held(t.Contacts, t.mine), c))
}

// Release gives back the attention that an action took which was cancelled before it
// was sent. It returns false if the action has none: nothing is changed then.
func (t *Thread) Release(action string) bool {
	i := slices.IndexFunc(t.Contacts, func(c Contact) bool { return c.Action == action && c.Message() })
	if i < 0 {
		return false
	}
	t.Contacts = held(t.Contacts, t.mine)
	t.Contacts[i].Released = true
	return true
}

// Mend notes that what an action asked customer service to mend is mended, for good: the
// thread may forget the state of its key. It returns false if there is no such thing.
func (t *Thread) Mend(action string) bool {
	i := slices.IndexFunc(t.Contacts, func(c Contact) bool { return c.Action == action && c.Complaint })
	if i < 0 {
		return false
	}
	t.Contacts = held(t.Contacts, t.mine)
	t.Contacts[i].Complaint = false
	return true
}

func tidy(cs []Contact) []Contact {
	slices.SortStableFunc(cs, func(a, b Contact) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Action, b.Action))
	})
	newest := cs[len(cs)-1].At
	cs = slices.DeleteFunc(cs, func(c Contact) bool { return newest.Sub(c.At) > keepContact })
	return tail(cs, maxContacts)
}

// ticketAge is how long a ticket that nobody marked as resolved counts.
const ticketAge = 90 * 24 * time.Hour

// ToMend tells whether customer service has something of the customer's to mend.
func (t *Thread) ToMend(now time.Time) bool { return len(t.Complaints(now)) > 0 }

// Complaints returns the tickets by which customer service has something to mend, oldest first.
func (t *Thread) Complaints(now time.Time) (open []Contact) {
	for _, c := range t.Contacts {
		if c.Complaint && now.Sub(c.At) < ticketAge && t.State(c.Flow, c.Key).Goal.IsZero() {
			open = append(open, c)
		}
	}
	return open
}
