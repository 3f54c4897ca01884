// Package ticket gives customer service its work: in Request Tracker, Zendesk or Chatwoot, by
// a signed webhook to another system they use, or as files. What belongs to one conversation
// is one ticket.
package ticket

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
)

//go:embed function.yaml
var manifest []byte

// Spec is the channel, to serve and test.
var Spec = channel.Define("ticket", manifest, open)

type settings struct {
	channel.Pace
	webhook.Settings
	RequestTracker
	Zendesk
	Chatwoot
	Outbox string `envconfig:"OUTBOX" default:"outbox" want:"folder"` // folder of tickets/ID.json, when there is nothing else
}

func open(s settings, _ function.Env) (channel.Sender, error) {
	var set []string
	for _, x := range [][2]string{{"WEBHOOK_URL", s.URL}, {"RT_URL", s.TrackerURL}, {"ZENDESK_URL", s.ZendeskURL}, {"CHATWOOT_URL", s.ChatwootURL}} {
		if x[1] != "" {
			set = append(set, x[0])
		}
	}
	if len(set) > 1 {
		return nil, fmt.Errorf("%s are set, expected one of them", strings.Join(set, " and "))
	}
	d, err := s.desk()
	switch {
	case err != nil:
		return nil, err
	case d != nil:
		return &kept{desk: d}, nil
	}
	return webhook.OrFiles(s.Settings, s.Outbox+"/tickets",
		func(c *webhook.Client) channel.Sender { return &post{c} },
		func(f outbox.Folder) channel.Sender { return &file{folder: f} })
}

// desk returns the system that is set; nil if none is.
func (s settings) desk() (desk, error) {
	switch {
	case s.TrackerURL != "":
		return newTracker(s.RequestTracker)
	case s.ZendeskURL != "":
		return newZendesk(s.Zendesk)
	case s.ChatwootURL != "":
		return newChatwoot(s.Chatwoot)
	}
	return nil, nil //nolint:nilnil // no error, and none is set
}

// update is one word on a ticket. Whoever gets it opens the ticket if there is none of
// that id yet: updates may come in any order, and at the same time.
type update struct {
	ID        string    `json:"update_id"`
	Profile   string    `json:"profile"` // whom it is from
	At        time.Time `json:"at"`      // when it was decided
	Subject   string    `json:"subject"`
	Body      string    `json:"body"`
	Priority  string    `json:"priority"` // high, normal, low
	Due       time.Time `json:"due,omitzero"`
	Language  string    `json:"language,omitempty"`
	Link      string    `json:"link,omitempty"`
	Complaint bool      `json:"complaint,omitempty"`
}

// about is what all updates of one ticket have in common.
type about struct {
	Ticket string `json:"ticket_id"`
	Thread string `json:"thread"` // what the service.resolved that ends it names as its ticket_id
	Flow   string `json:"flow"`
}

func write(d channel.Delivery) (about, update, error) {
	t := d.Action.Content.Ticket
	if t == nil {
		return about{}, update{}, function.Neverf("the action holds no ticket")
	}
	who := about{Ticket: id(d.Action.Flow, cmp.Or(t.Where, d.Profile.ID), t.Thread), Thread: t.Thread, Flow: d.Action.Flow}
	return who, update{ID: d.Key(), Profile: d.Profile.ID, At: d.Action.Created.UTC(), Subject: t.Subject, Body: t.Body, Priority: t.Priority,
		Due: t.Due, Language: t.Language, Link: t.Link, Complaint: t.Complaint}, nil
}

// id is the same for all that a flow has to say to a conversation. Where is the place
// of it, else the customer. A place stays what it is when customers turn out to be one.
func id(flow, where, thread string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{flow, where, thread}, "\x00")))
	return "t-" + base64.RawURLEncoding.EncodeToString(sum[:12])
}

// post has a webhook keep the tickets.
type post struct{ *webhook.Client }

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	who, what, err := write(d)
	if err != nil {
		return channel.Receipt{Provider: "webhook"}, err
	}
	receipt := channel.Receipt{Provider: "webhook", Reference: who.Ticket}
	return receipt, p.Post(ctx, d.Key(), struct {
		about
		update
	}{who, what})
}

// Repeats is true: the receiver knows the webhook's id.
func (*post) Repeats() bool { return true }
