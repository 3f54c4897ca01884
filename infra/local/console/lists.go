package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// list is what the page's lists are answered with: one of them, whether more is being
// read, and what went wrong when the store could not be read.
type list struct {
	Mails     []Mail     `json:"mails,omitempty"`
	Tickets   []Ticket   `json:"tickets,omitempty"`
	Audiences []Audience `json:"audiences,omitempty"`
	Letters   []Letter   `json:"letters,omitempty"`
	Reading   bool       `json:"reading,omitempty"`
	Error     string     `json:"error,omitempty"`
}

// showMails is how many messages are listed.
const showMails = 100

func (c *Console) mails(w http.ResponseWriter, r *http.Request) {
	var l list
	c.look(w, r, &l, func(b *books) {
		for _, id := range limit(newest(b.mails, func(m Mail) time.Time { return m.At }), showMails) {
			m := b.mails[id]
			m.At = c.at(m.At)
			l.Mails = append(l.Mails, m)
		}
	})
}

func (c *Console) tickets(w http.ResponseWriter, r *http.Request) {
	var l list
	c.look(w, r, &l, func(b *books) {
		for _, id := range limit(newest(b.tickets, func(t Ticket) time.Time { return t.At }), keepTickets) {
			t := b.tickets[id]
			t.At, t.Updates = c.at(t.At), slices.Clone(t.Updates)
			if !t.Due.IsZero() {
				t.Due = c.at(t.Due)
			}
			for i := range t.Updates {
				t.Updates[i].At = c.at(t.Updates[i].At)
			}
			l.Tickets = append(l.Tickets, t)
		}
	})
}

// resolved closes the tickets that customer service is done with, and those whose flow has
// reached its goal: nobody writes that on the ticket, it is in the customer's documents.
func (c *Console) resolved(r *http.Request, tickets []Ticket) error {
	if len(tickets) == 0 {
		return nil
	}
	var keys []store.Key
	for _, t := range tickets {
		keys = append(keys, thread.Key(t.Profile), profile.Key(t.Profile))
	}
	docs, err := c.Store.Get(r.Context(), keys...)
	if err != nil {
		return err
	}
	for i := range tickets {
		t, err := thread.Read(docs[2*i])
		if err != nil {
			return err
		}
		p, err := profile.Read(docs[2*i+1])
		if err != nil {
			return err
		}
		tickets[i].Closed = !t.State(tickets[i].Flow, tickets[i].Key).Goal.IsZero() || c.done(p, tickets[i])
	}
	return nil
}

// done tells whether the ticket was resolved after what was last written on it.
func (c *Console) done(p profile.Profile, t Ticket) bool {
	return slices.ContainsFunc(p.Resolved, func(x profile.Resolved) bool { return x.TicketID == t.Thread && !c.at(x.At).Before(t.At) })
}

func (c *Console) audiences(w http.ResponseWriter, r *http.Request) {
	var l list
	c.look(w, r, &l, func(b *books) {
		for name, members := range b.audiences {
			a := Audience{Name: name}
			for _, m := range members {
				if m.In {
					a.Count++
				} else {
					a.Left++
				}
			}
			for _, id := range limit(newest(members, func(m Member) time.Time { return m.At }), showMembers) {
				m := members[id]
				m.At = c.at(m.At)
				a.Profiles = append(a.Profiles, m)
			}
			l.Audiences = append(l.Audiences, a)
		}
		slices.SortFunc(l.Audiences, func(x, y Audience) int { return y.Count - x.Count })
	})
}

// look answers with what f has filled in from the books.
func (c *Console) look(w http.ResponseWriter, r *http.Request, l *list, f func(*books)) {
	reading, err := c.ledger.look(r.Context(), c.ctx, f)
	if err == nil {
		err = c.resolved(r, l.Tickets)
	}
	if l.Reading = reading; err != nil {
		l.Error = err.Error()
	}
	answer(w, http.StatusOK, l)
}

// showLetters is how many dead letters are listed.
const showLetters = 100

func (c *Console) deadLetters(w http.ResponseWriter, r *http.Request) {
	var l list
	newest := store.Query{Collection: deadletter.Collection, Partition: deadletter.Partition, Descending: true, Limit: showLetters}
	for doc, err := range c.Store.Query(r.Context(), newest) {
		var d deadletter.Letter
		if err == nil {
			d, err = deadletter.Read(doc)
		}
		if err != nil {
			l.Error = fmt.Sprintf("read dead letters: %v", err)
			break
		}
		l.Letters = append(l.Letters, Letter{At: c.at(d.Last), Function: d.Function, Reason: brief(d.Reason), ID: d.ID,
			Type: brief(events.Short(d.Type)), Profile: d.Profile, Code: d.Code, Times: d.Times})
	}
	answer(w, http.StatusOK, l)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the reader is gone
}

func limit[T any](s []T, n int) []T { return s[:min(n, len(s))] }
