package console

import (
	"cmp"
	"slices"
	"time"

	"redthread.dev/shared/action"
)

// Mail is a message in the list of messages.
type Mail struct {
	Action  string        `json:"action"`
	At      time.Time     `json:"at"`
	Channel string        `json:"channel"`
	Flow    string        `json:"flow"`
	Step    string        `json:"step"`
	Profile string        `json:"profile"`
	Subject string        `json:"subject"`
	Status  action.Status `json:"status"`
	Reason  string        `json:"reason,omitempty"`
}

// Ticket is a ticket with what was written on it, oldest first.
type Ticket struct {
	Thread    string    `json:"thread"`
	At        time.Time `json:"at"` // of the latest update
	Flow      string    `json:"flow"`
	Key       string    `json:"-"`
	Profile   string    `json:"profile"`
	Subject   string    `json:"subject"`
	Priority  string    `json:"priority"` // the highest of its updates
	Due       time.Time `json:"due,omitzero"`
	Complaint bool      `json:"complaint,omitempty"`
	Closed    bool      `json:"closed,omitempty"` // customer service is done with it, or its flow's goal has come
	Updates   []Update  `json:"updates"`
}

// Update is one thing that was written on a ticket.
type Update struct {
	Action   string        `json:"action"`
	At       time.Time     `json:"at"`
	Priority string        `json:"priority"`
	Body     string        `json:"body"`
	Link     string        `json:"link,omitempty"`
	Status   action.Status `json:"status"`
	Reason   string        `json:"reason,omitempty"`

	flow, key, profile string
	subject            string
	due                time.Time
	complaint          bool
}

// Audience is who is in an audience: ids of profiles, never addresses.
type Audience struct {
	Name     string   `json:"name"`
	Count    int      `json:"count"`    // of those who are in it
	Left     int      `json:"left"`     // of those who were
	Profiles []Member `json:"profiles"` // the latest hundred
}

// Member is a profile in an audience.
type Member struct {
	Profile  string    `json:"profile"`
	At       time.Time `json:"at"` // when it was decided
	In       bool      `json:"in"`
	Products []string  `json:"products,omitempty"`
	Note     string    `json:"note,omitempty"`
}

// Bounds of what is kept and shown.
const (
	keepMails   = 200
	keepTickets = 100
	keepUpdates = 20
	keepBody    = 4000 // bytes
	showMembers = 100
)

// books is what actions come to when they are read in any order and any number of
// times.
type books struct {
	mails     map[string]Mail
	tickets   map[string]Ticket
	audiences map[string]map[string]Member
}

func newBooks() *books {
	return &books{mails: map[string]Mail{}, tickets: map[string]Ticket{}, audiences: map[string]map[string]Member{}}
}

// enter takes an action into the books.
func (b *books) enter(a action.Action) {
	switch c := a.Content; {
	case c.Message != nil:
		b.mails[a.ID] = Mail{Action: a.ID, At: a.Created, Channel: a.Channel, Flow: a.Flow, Step: a.Step,
			Profile: a.Profile, Subject: c.Message.Subject, Status: a.Status, Reason: a.Reason}
		prune(b.mails, keepMails, func(m Mail) time.Time { return m.At })
	case c.Ticket != nil:
		b.ticket(a, *c.Ticket)
		prune(b.tickets, keepTickets, func(t Ticket) time.Time { return t.At })
	case c.Audience != nil && a.Status == action.Sent:
		b.member(a, *c.Audience)
	}
}

func (b *books) ticket(a action.Action, c action.Ticket) {
	u := Update{Action: a.ID, At: a.Created, Priority: c.Priority, Body: cut(c.Body, keepBody), Link: c.Link,
		Status: a.Status, Reason: a.Reason, flow: a.Flow, key: a.Key, profile: a.Profile, subject: c.Subject,
		due: c.Due, complaint: c.Complaint}
	one := c.Thread
	if c.Where == "" { // the threads of two customers may have one name, such as a day's
		one = a.Profile + " " + c.Thread
	}
	list := slices.DeleteFunc(slices.Clone(b.tickets[one].Updates), func(x Update) bool { return x.Action == a.ID })
	list = append(list, u)
	slices.SortFunc(list, func(x, y Update) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Action, y.Action))
	})
	b.tickets[one] = ticketOf(c.Thread, list[max(0, len(list)-keepUpdates):])
}

// ticketOf is what the updates of a ticket make it: the first gives its subject, the
// last says whose it is, the most urgent how urgent it is.
func ticketOf(thread string, list []Update) Ticket {
	last := list[len(list)-1]
	t := Ticket{Thread: thread, At: last.At, Flow: last.flow, Key: last.key, Profile: last.profile,
		Subject: list[0].subject, Priority: list[0].Priority, Updates: list}
	for _, u := range list {
		if urgency[u.Priority] > urgency[t.Priority] {
			t.Priority = u.Priority
		}
		if !u.due.IsZero() && (t.Due.IsZero() || u.due.Before(t.Due)) {
			t.Due = u.due
		}
		t.Complaint = t.Complaint || u.complaint
	}
	return t
}

var urgency = map[string]int{"high": 3, "normal": 2, "low": 1}

func (b *books) member(a action.Action, c action.Audience) {
	in := b.audiences[c.Name]
	if in == nil {
		in = map[string]Member{}
		b.audiences[c.Name] = in
	}
	if old, ok := in[a.Profile]; !ok || !a.Created.Before(old.At) {
		in[a.Profile] = Member{Profile: a.Profile, At: a.Created, In: !c.Remove, Products: c.Products, Note: c.Note}
	}
}

// prune keeps the newest of a map that has grown to twice its bound.
func prune[T any](m map[string]T, keep int, at func(T) time.Time) {
	if len(m) < 2*keep {
		return
	}
	for _, id := range newest(m, at)[keep:] {
		delete(m, id)
	}
}

// newest returns the keys of a map, the newest first.
func newest[T any](m map[string]T, at func(T) time.Time) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(at(m[b]).Compare(at(m[a])), cmp.Compare(a, b)) })
	return ids
}
