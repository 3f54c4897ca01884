// Package crm hands leads to the shop's salespeople: to HubSpot, by a signed webhook to
// another system that they use, or as files. It tells the systems that keep the shop's
// books how orders stand, and the tills of stores what to say to a customer, each by a signed
// webhook of their own or as files.
package crm

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

//go:embed function.yaml
var manifest []byte

// Spec is the channel, to serve and test.
var Spec = channel.Define("crm", manifest, open)

type settings struct {
	channel.Pace
	webhook.Settings
	Hubspot
	BookingURL    string `envconfig:"BOOKING_URL"`                           // of whom bookings are posted to, one for each system; as WEBHOOK_URL
	BookingSecret string `envconfig:"BOOKING_SECRET"`                        // as WEBHOOK_SECRET
	TillURL       string `envconfig:"TILL_URL"`                              // of the system of the tills, that prompts are posted to; as WEBHOOK_URL
	TillSecret    string `envconfig:"TILL_SECRET"`                           // as WEBHOOK_SECRET
	Outbox        string `envconfig:"OUTBOX" default:"outbox" want:"folder"` // folder of leads/ID.json, bookings/ID.SYSTEM.json and prompts/ID.json, when there is nothing else
}

func open(s settings, _ function.Env) (channel.Sender, error) {
	leads, err := openLeads(s)
	if err != nil {
		return nil, err
	}
	bookings, err := s.find("BOOKING", s.BookingURL, s.BookingSecret, "bookings", "who takes the leads takes no bookings")
	if err != nil {
		return nil, err
	}
	prompts, err := s.find("TILL", s.TillURL, s.TillSecret, "prompts", "who takes the leads is at no till; a flow's AT_TILL of 0s asks for none")
	if err != nil {
		return nil, err
	}
	return &desk{leads, &books{bookings}, &tills{prompts}}, nil
}

func openLeads(s settings) (channel.Sender, error) {
	switch {
	case s.Token != "" && s.URL != "":
		return nil, errors.New("HUBSPOT_TOKEN and WEBHOOK_URL are both set, expected one of them")
	case s.Token != "":
		return newHubspot(s.Hubspot, s.Timeout)
	}
	return webhook.OrFiles(s.Settings, s.Outbox+"/leads",
		func(c *webhook.Client) channel.Sender { return &post{c} },
		func(f outbox.Folder) channel.Sender { return &file{f} })
}

// lead is what a system of salespeople gets.
type lead struct {
	ID      string    `json:"lead_id"`
	Kind    string    `json:"kind"` // what is told: lead
	Flow    string    `json:"flow"`
	Profile string    `json:"profile"` // whom it is about
	At      time.Time `json:"at"`      // when it was decided
	action.Lead
	Customer customer `json:"customer"`
}

// customer is who is to be turned to, and how.
type customer struct {
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Company   string   `json:"company,omitempty"`
	Language  string   `json:"language,omitempty"` // BCP 47
	Email     string   `json:"email,omitempty"`    // by which systems know them: to be written to only if reach says so
	Phone     string   `json:"phone,omitempty"`    // only if they may be called
	Reach     []string `json:"reach"`              // the ways that are open today, of phone and email
}

// write makes the lead of a delivery, with the ways to the customer that are open now.
func write(d channel.Delivery) (lead, error) {
	l := d.Action.Content.Lead
	if l == nil {
		return lead{}, function.Neverf("the action holds no lead")
	}
	return lead{ID: d.Key(), Kind: string(events.ActionLead), Flow: d.Action.Flow, Profile: d.Profile.ID, At: d.Action.Created.UTC(),
		Lead: *l, Customer: who(d.Profile)}, nil
}

func who(p *profile.Profile) customer {
	ways, _ := p.Ways()
	c := customer{FirstName: p.FirstName(), LastName: p.Traits[events.TraitLastName].Text(),
		Company: p.Company(), Language: p.Locale.Text(), Reach: ways}
	c.Email, _ = p.Address("email")
	if len(ways) > 0 && ways[0] == "phone" {
		c.Phone, _ = p.Address("phone")
	}
	return c
}

// post has a webhook take the leads.
type post struct{ *webhook.Client }

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "webhook", Reference: d.Key()}
	l, err := write(d)
	if err != nil {
		return receipt, err
	}
	return receipt, p.Post(ctx, d.Key(), l)
}

// Repeats is true: the receiver knows the webhook's id.
func (*post) Repeats() bool { return true }

// file keeps each lead in a file.
type file struct{ folder outbox.Folder }

func (f *file) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "file", Reference: d.Key()}
	l, err := write(d)
	if err != nil {
		return receipt, err
	}
	text, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return receipt, fmt.Errorf("lead %q: %w", l.ID, err)
	}
	return receipt, f.folder.Put(l.ID+".json", append(text, '\n'))
}

// Repeats is true: a lead that comes again is the same file.
func (*file) Repeats() bool { return true }
