// Package socialcare reads what customers write about the shop in public, in
// Danish, Swedish and English: complaints become tickets, praise is thanked, and
// who praises often becomes an ambassador.
package socialcare

import (
	_ "embed"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/socialcare/post"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/tone"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

// Flow is the flow, to serve, test and replay.
var Flow = flow.Define("socialcare", manifest, nil, func(s settings, _ words.Texts) flow.Rules {
	c := care{s}
	return flow.Rules{Handlers: []flow.Handler{
		flow.On(conversation, c.mentioned),
		flow.On(resolved, c.resolved),
	}}
})

type settings struct {
	High       float64       `envconfig:"HIGH" default:"-0.6" least:"-1" most:"1"` // sentiment, -1 to 1, from which down a ticket is urgent
	Reach      int64         `envconfig:"REACH" default:"10000" least:"0"`         // readers from which up it is
	VIPSpent   int64         `envconfig:"VIP_SPENT" default:"500000" least:"0"`    // minor units from which up it is, refunds taken off
	DueHigh    time.Duration `envconfig:"DUE_HIGH" default:"1h" least:"1s" most:"8760h"`
	DueNormal  time.Duration `envconfig:"DUE_NORMAL" default:"24h" least:"1s" most:"8760h"`
	Settle     time.Duration `envconfig:"SETTLE" default:"10m" least:"0s" most:"24h"` // for the post that a reply replies to, to arrive
	Ambassador int           `envconfig:"AMBASSADOR" default:"3" least:"1"`           // praises in a quarter that make an ambassador
}

type care struct{ settings }

// state is what is remembered about one conversation.
type state struct {
	Ticket bool   `json:"ticket,omitempty"` // customer service has a ticket about it
	Praise string `json:"praise,omitempty"` // the post that made an ambassador
}

// stale is how old a post is that nobody waits for an answer to any more: a new source may
// begin with all of a year.
const stale = 14 * 24 * time.Hour

// ambassador is the segment of who praises us often.
const ambassador = "ambassador"

// conversation is the key: a thread of replies is one ticket.
func conversation(m events.SocialMentioned) string {
	if m.ThreadID != "" {
		return m.ThreadID
	}
	return m.PostID
}

func resolved(r events.ServiceResolved) string {
	if r.TicketID != "" {
		return r.TicketID
	}
	return r.ContactID
}

func (c care) mentioned(m flow.Moment[events.SocialMentioned]) flow.Decision {
	var s state
	m.State(&s)
	p := post.Read(m.Data, m.At)
	saw := p.Saw()
	switch step := told(m); {
	case step != "": // so it is answered as it was, and nothing counts twice
		return flow.ActTicket(step, action.Ticket{}).For(m.Data.PostID).Because("%s", saw)
	case m.Profile.ResolvedSince(m.Key, m.At):
		return flow.Nothing("resolved already").Because("%s", saw)
	case m.Now.Sub(m.At) > stale:
		return flow.Nothing("too long ago").Because("%s", saw)
	case p.Mood == tone.Negative, s.Ticket:
		ticket := c.complaint(m, p)
		s.Ticket = true
		return flow.ActTicket("complaint", ticket).For(m.Data.PostID).Keep(s).
			Because("%s", saw).Because("priority %s", ticket.Priority)
	case p.Mood == tone.Positive && (s.Praise == m.Data.PostID || !m.Profile.In(ambassador) && c.praises(m.Thread, m.Now)+1 >= c.Ambassador):
		s.Praise = m.Data.PostID
		return flow.Enter(ambassador).Keep(s).Because("%s", saw)
	case p.Mood == tone.Positive:
		return flow.ActTicket("thanks", c.thanks(m, p)).For(m.Data.PostID).Because("%s", saw)
	}
	if m.Data.ThreadID != "" && m.Now.Before(m.At.Add(c.Settle)) {
		return flow.Later(m.At.Add(c.Settle)).Because("%s", saw)
	}
	return flow.Nothing("neutral").Because("%s", saw)
}

// told returns what customer service was told of the post when it came before, if it
// did: it may come once more when nobody remembers having decided about it.
func told(m flow.Moment[events.SocialMentioned]) string {
	for _, step := range []string{"complaint", "thanks"} {
		if _, ok := m.Thread.Acted("socialcare", m.Key, step+" "+m.Data.PostID); ok {
			return step
		}
	}
	return ""
}

func (c care) resolved(m flow.Moment[events.ServiceResolved]) flow.Decision {
	var s state
	if !m.State(&s) || !s.Ticket {
		return flow.Nothing("no ticket of ours")
	}
	s.Ticket = false
	return flow.Nothing("resolved").Keep(s)
}

// praises counts the thanks of the last quarter.
func (c care) praises(t *thread.Thread, now time.Time) int {
	n := 0
	for _, x := range t.Contacts {
		if x.Flow == "socialcare" && strings.HasPrefix(x.Step, "thanks ") && now.Sub(x.At) < 90*24*time.Hour {
			n++
		}
	}
	return n
}

func (c care) complaint(m flow.Moment[events.SocialMentioned], p post.Post) action.Ticket {
	t := p.Ticket(m.Key, "Complaint", m.Profile)
	t.Complaint, t.Priority, t.Due = true, "normal", m.At.Add(c.DueNormal)
	if p.Reading.Score <= c.High || p.Rating == 1 || p.Reach >= c.Reach || c.valued(m) {
		t.Priority, t.Due = "high", m.At.Add(c.DueHigh)
	}
	return t
}

func (c care) valued(m flow.Moment[events.SocialMentioned]) bool {
	for currency := range m.Profile.Totals.Spent {
		if m.Profile.Totals.Net(currency) >= c.VIPSpent {
			return true
		}
	}
	return false
}

func (c care) thanks(m flow.Moment[events.SocialMentioned], p post.Post) action.Ticket {
	t := p.Ticket(m.Key, "Say thanks", m.Profile)
	t.Priority, t.Due = "low", m.At.Add(c.DueNormal)
	return t
}
