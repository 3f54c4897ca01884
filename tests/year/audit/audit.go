// Package audit reads what happened to a customer and what was sent to them, and tells
// what of it the shop's policy forbids. It is written from the policy's words alone and
// shares nothing with what decides: where both are wrong, they are not wrong alike.
package audit

import (
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
)

// Happened is an event of the journal. Channel is that of the message it tells of, if any.
type Happened struct {
	At      time.Time
	Channel string
	Data    events.Data // a pointer
}

// Sent is what left the outbox.
type Sent struct {
	At        time.Time
	ID        string
	Flow      string
	Key       string // what it is about, such as a basket; empty: nobody says
	Kind      events.ActionKind
	Channel   string
	Purpose   events.Purpose
	Priority  string
	Urgent    bool
	Complaint bool // a ticket for something that the shop has to mend
	Remove    bool // takes the customer out of an audience
}

// Policy is what the shop has decided, in its own words' numbers.
type Policy struct {
	Week, Day  int // marketing messages in 7 days, and on a calendar day of the customer's
	From, To   int // quiet hours on the customer's clock
	Zone       *time.Location
	Share      map[string]int // of the week's messages that a priority may use
	Unresolved time.Duration  // how long a complaint that nobody answered counts
}

// Default is the policy as it is shipped.
func Default(zone *time.Location) Policy {
	return Policy{Week: 3, Day: 1, From: 21, To: 8, Zone: zone, Share: map[string]int{"low": 1, "normal": 2, "high": 3}, Unresolved: 90 * 24 * time.Hour}
}

// addresses are the identifiers that a channel needs one of.
var addresses = map[string][]string{
	"email": {events.IDEmail}, "sms": {events.IDPhone}, "push": {events.IDPushToken}, "audience": {events.IDEmail, events.IDPhone},
	"post": {events.IDCRM, events.IDLoyaltyCard, events.IDLogin, events.IDEmail},
}

// Check returns what is forbidden of what was sent to one customer. Both lists are in the
// order of time.
func (p Policy) Check(happened []Happened, sent []Sent) (broken []string) {
	seen := map[string]bool{}
	for i, s := range sent {
		say := func(format string, args ...any) {
			broken = append(broken, fmt.Sprintf("%s %s by %s of %s: %s", s.At.Format(time.DateTime), s.Kind, s.Channel, s.Flow, fmt.Sprintf(format, args...)))
		}
		if seen[s.ID] {
			say("twice")
		}
		seen[s.ID] = true
		before := happened[:until(happened, s.At)]
		if erased(before) {
			say("to somebody who was erased")
		}
		if s.Kind == events.ActionPrompt && s.Purpose == events.PurposeMarketing {
			p.prompt(before, sent[:i], s, say)
		}
		if !slices.Contains([]events.ActionKind{events.ActionMessage, events.ActionAudience, events.ActionPrint}, s.Kind) || s.Remove {
			continue // work for the shop
		}
		asked, by := s.Channel, s.Channel
		switch s.Kind {
		case events.ActionAudience:
			asked = "ads"
		case events.ActionPrint:
			asked, by = "post", "post"
		}
		if !reachable(before, addresses[by]) {
			say("nobody knows where to")
		}
		switch granted, known := consent(before, asked, s.Purpose); {
		case known && !granted:
			say("was refused")
		case !known && s.Purpose == events.PurposeMarketing:
			say("without consent")
		}
		if shut(before, asked) {
			say("after a bounce or a complaint about spam")
		}
		if order, ok := bought(before, s); ok {
			say("about a basket that became order %s", order)
		}
		if s.Purpose == events.PurposeMarketing {
			if what := p.complaint(before, sent[:i], s.At); what != "" {
				say("while %s is not mended", what)
			}
		}
		if s.Kind != events.ActionMessage {
			continue
		}
		if hour := s.At.In(p.Zone).Hour(); !s.Urgent && (hour >= p.From || hour < p.To) {
			say("at night, %s", s.At.In(p.Zone).Format("15:04"))
		}
		if s.Purpose == events.PurposeMarketing {
			week, day := p.attention(sent[:i], s.At)
			if week >= p.Week || day >= p.Day {
				say("after %d in a week and %d on the day", week, day)
			}
			if week >= p.Share[s.Priority] {
				say("after %d in a week, for one of %s priority", week, s.Priority)
			}
		}
	}
	return broken
}

// prompt looks at what a till is told of a customer: they must have agreed to marketing in
// some way, and not have refused all of it.
func (p Policy) prompt(before []Happened, sent []Sent, s Sent, say func(string, ...any)) {
	agreed := slices.ContainsFunc([]string{"email", "sms", "push", "phone", "post"}, func(way string) bool {
		granted, _ := consent(before, way, s.Purpose)
		return granted
	})
	if granted, known := consent(before, string(events.ConsentAll), s.Purpose); known && !granted {
		say("was refused")
	} else if !agreed {
		say("without consent")
	}
	if what := p.complaint(before, sent, s.At); what != "" {
		say("while %s is not mended", what)
	}
}

// until is how many of what happened had happened by a time.
func until(happened []Happened, at time.Time) int {
	i, _ := slices.BinarySearchFunc(happened, at, func(h Happened, at time.Time) int {
		if h.At.After(at) {
			return 1
		}
		return -1
	})
	return i
}

func erased(happened []Happened) bool {
	return slices.ContainsFunc(happened, func(h Happened) bool {
		_, ok := h.Data.(*events.ErasureCompleted)
		return ok
	})
}

func reachable(happened []Happened, identifiers []string) bool {
	return slices.ContainsFunc(happened, func(h Happened) bool {
		from, ok := h.Data.(events.FromSource)
		return ok && slices.ContainsFunc(identifiers, func(id string) bool { return from.Shared().Customer[id] != "" })
	})
}

// consent is the customer's last word on a channel and a purpose.
func consent(happened []Happened, channel string, purpose events.Purpose) (granted, known bool) {
	for _, h := range slices.Backward(happened) {
		c, ok := h.Data.(*events.ConsentChanged)
		if ok && (string(c.Channel) == channel || c.Channel == events.ConsentAll) && (c.Purpose == purpose || c.Purpose == events.PurposeAll) {
			return c.Granted, true
		}
	}
	return false, false
}

// shut tells whether a channel bounced for good or was called spam, and no consent for
// it came since.
func shut(happened []Happened, channel string) bool {
	for _, h := range slices.Backward(happened) {
		switch d := h.Data.(type) {
		case *events.ConsentChanged:
			if d.Granted && string(d.Channel) == channel {
				return false
			}
		case *events.MessageBounced:
			if h.Channel == channel && d.Kind == events.BounceHard {
				return true
			}
		case *events.MessageComplained:
			if h.Channel == channel {
				return true
			}
		}
	}
	return false
}

// bought tells whether the basket that something is about became an order.
func bought(happened []Happened, s Sent) (order string, ok bool) {
	if s.Flow != "basketrecovery" {
		return "", false
	}
	for _, h := range happened {
		if o, is := h.Data.(*events.OrderPlaced); is && s.Key != "" && o.BasketID == s.Key {
			return o.OrderID, true
		}
	}
	return "", false
}

// complaint is what the shop has to mend: a contact that is a complaint, one or two stars,
// or a ticket that says so.
func (p Policy) complaint(happened []Happened, sent []Sent, at time.Time) string {
	for _, h := range happened {
		var ids []string
		switch d := h.Data.(type) {
		case *events.ServiceContacted:
			if d.Topic == "complaint" {
				ids = []string{d.ContactID}
			}
		case *events.SocialMentioned:
			if d.Rating == 1 || d.Rating == 2 {
				ids = []string{d.PostID, d.ThreadID}
			}
		}
		if len(ids) > 0 && at.Sub(h.At) < p.Unresolved && !resolved(happened, h.At, ids...) {
			return ids[0]
		}
	}
	for _, s := range sent {
		if s.Complaint && at.Sub(s.At) < p.Unresolved && !resolved(happened, time.Time{}, s.Key) {
			return s.Key
		}
	}
	return ""
}

func resolved(happened []Happened, since time.Time, ids ...string) bool {
	return slices.ContainsFunc(happened, func(h Happened) bool {
		r, ok := h.Data.(*events.ServiceResolved)
		return ok && !h.At.Before(since) && slices.ContainsFunc(ids, func(id string) bool { return id != "" && (id == r.ContactID || id == r.TicketID) })
	})
}

// attention is how many marketing messages were sent in the seven days before, and on the
// same day of the customer's.
func (p Policy) attention(sent []Sent, at time.Time) (week, day int) {
	today := at.In(p.Zone).Format(time.DateOnly)
	for _, s := range sent {
		if s.Kind != events.ActionMessage || s.Purpose != events.PurposeMarketing {
			continue
		}
		if at.Sub(s.At) < 7*24*time.Hour {
			week++
		}
		if s.At.In(p.Zone).Format(time.DateOnly) == today {
			day++
		}
	}
	return week, day
}
