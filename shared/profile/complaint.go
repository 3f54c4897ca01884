package profile

import (
	"slices"
	"strings"
	"time"
)

// complaintAge is how long an unresolved complaint counts, up to the customer's
// latest event: one that nobody marked as resolved must not shut them out for good.
const complaintAge = 90 * 24 * time.Hour

// OpenComplaint tells whether a complaint of the customer's is unresolved.
func (p *Profile) OpenComplaint() bool {
	_, open := p.Complaint()
	return open
}

// Complaint returns the id of the latest unresolved complaint: a contact whose
// topic is a complaint, or a public rating of 1 or 2, not older than ninety days.
// A mention is resolved by its post's or its conversation's id.
func (p *Profile) Complaint() (id string, open bool) {
	for _, c := range since(p.Contacts, p.Last.Add(-complaintAge)) {
		if c.Complains() && !p.resolved(c.Stamp, c.ID) {
			return c.ID, true
		}
	}
	for _, m := range since(p.Mentions, p.Last.Add(-complaintAge)) {
		if m.Rating >= 1 && m.Rating <= 2 && !p.resolved(m.Stamp, m.PostID, m.ThreadID) {
			return m.PostID, true
		}
	}
	return "", false
}

// Complains tells whether the contact is a complaint, by its topic.
func (c Contact) Complains() bool { return strings.Contains(strings.ToLower(c.Topic), "complaint") }

// ResolvedSince tells whether customer service was done with a contact or a ticket at a time
// or after it, as far as is kept.
func (p *Profile) ResolvedSince(id string, at time.Time) bool {
	return slices.ContainsFunc(p.Resolved, func(r Resolved) bool {
		return !r.At.Before(at) && (r.ContactID == id || r.TicketID == id)
	})
}

// resolved tells whether something was resolved at or after s under one of its ids.
// What may have been resolved so long ago that the list no longer reaches back to
// it counts as resolved.
func (p *Profile) resolved(s Stamp, ids ...string) bool {
	if len(p.Resolved) == keepResolved && s.Compare(p.Resolved[keepResolved-1].Stamp) < 0 {
		return true
	}
	return slices.ContainsFunc(p.Resolved, func(r Resolved) bool {
		return !r.At.Before(s.At) && slices.ContainsFunc(ids, func(id string) bool {
			return id != "" && (id == r.ContactID || id == r.TicketID)
		})
	})
}
