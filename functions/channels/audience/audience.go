// Package audience puts customers into advertising audiences and takes them out: by a
// signed webhook, or in a file that an advertiser's tool reads. No address leaves the
// shop, only hashes of addresses.
package audience

import (
	"context"
	_ "embed"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
)

//go:embed function.yaml
var manifest []byte

// Spec is the channel, to serve and test.
var Spec = channel.Define("audience", manifest, open)

type settings struct {
	channel.Pace
	webhook.Settings
	Outbox string `envconfig:"OUTBOX" default:"outbox" want:"folder"` // folder of audience-NAME.csv, when there is no webhook
}

func open(s settings, _ function.Env) (channel.Sender, error) {
	return webhook.OrFiles(s.Settings, s.Outbox,
		func(c *webhook.Client) channel.Sender { return &post{c} },
		func(f outbox.Folder) channel.Sender { return &file{newLists(f)} })
}

// entry is one change of an audience as the receiver gets it. What arrives late is
// older by At than what arrived before, and may be let be.
type entry struct {
	Action    string    `json:"action_id"`
	At        time.Time `json:"at"` // when it was decided
	Audience  string    `json:"audience"`
	Operation string    `json:"operation"` // add or remove
	Users     []user    `json:"users"`     // one customer, under all names that count
	Products  []string  `json:"products,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Forget    []string  `json:"forget,omitempty"` // earlier entries of a customer who asked to be erased, by action_id
}

var errNameless = function.Neverf("the customer has neither e-mail address nor phone number")

func write(d channel.Delivery) (entry, error) {
	a := d.Action.Content.Audience
	if a == nil {
		return entry{}, function.Neverf("the action holds no audience")
	}
	e := entry{Action: d.Key(), At: d.Action.Created.UTC(), Audience: a.Name, Operation: "add", Products: a.Products, Reason: a.Note, Forget: a.Forget}
	if a.Remove {
		e.Operation = "remove"
	}
	e.Users = users(d.Profile, a.Remove)
	return e, nil
}

// post has a webhook change the audience.
type post struct{ *webhook.Client }

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "webhook", Reference: d.Key()}
	e, err := write(d)
	if err == nil && len(e.Users) == 0 {
		err = errNameless
	}
	if err != nil {
		return receipt, err
	}
	return receipt, p.Post(ctx, d.Key(), e)
}

// Repeats is true: the receiver knows the webhook's id.
func (*post) Repeats() bool { return true }

// file keeps the changes in a file for each audience.
type file struct{ *lists }

func (f *file) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "file", Reference: d.Key()}
	e, err := write(d)
	switch {
	case err != nil:
		return receipt, err
	case len(e.Forget) > 0:
		return receipt, f.forget(e)
	case len(e.Users) == 0:
		return receipt, errNameless
	}
	return receipt, f.add(e)
}

// Repeats is true: an action's line is written once.
func (*file) Repeats() bool { return true }
