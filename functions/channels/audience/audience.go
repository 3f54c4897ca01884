// Package audience puts customers into advertising audiences and takes them out: at Google
// Customer Match and Meta Custom Audiences, by a signed webhook, or in a file that an
// advertiser's tool reads. No address leaves the shop, only hashes of addresses.
package audience

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"time"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
)

//go:embed function.yaml
var manifest []byte

// Spec is the channel, to serve and test.
var Spec = channel.Define("audience", manifest, open(nil))

type settings struct {
	channel.Pace
	webhook.Settings
	Google
	Meta
	Outbox string `envconfig:"OUTBOX" default:"outbox" want:"folder"` // folder of audience-NAME.csv, when there is nothing else
}

// open makes the channel. Web is how networks are reached; nil is the usual way.
func open(web http.RoundTripper) func(settings, function.Env) (channel.Sender, error) {
	return func(s settings, _ function.Env) (channel.Sender, error) {
		all, err := s.networks(web)
		switch {
		case err != nil:
			return nil, err
		case len(all) > 0 && s.URL != "":
			return nil, errors.New("WEBHOOK_URL is set beside GOOGLE_ADS_KEY or META_TOKEN, expected either it or them")
		case len(all) > 0:
			return newNetworks(all, s.Timeout), nil
		}
		return webhook.OrFiles(s.Settings, s.Outbox,
			func(c *webhook.Client) channel.Sender { return &post{c} },
			func(f outbox.Folder) channel.Sender { return &file{newLists(f)} })
	}
}

func (s settings) networks(web http.RoundTripper) (all []network, err error) {
	if s.Key != "" || len(s.AtGoogle) > 0 {
		google, err := newCustomerMatch(s.Google, channel.Client(web))
		if err != nil {
			return nil, err
		}
		all = append(all, google)
	}
	if s.Token != "" || len(s.AtMeta) > 0 {
		meta, err := newCustomAudiences(s.Meta, channel.Client(web))
		if err != nil {
			return nil, err
		}
		all = append(all, meta)
	}
	return all, nil
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

var (
	errNoAudience = function.Neverf("the action holds no audience")
	errNameless   = function.Neverf("the customer has neither e-mail address nor phone number")
)

func write(d channel.Delivery) (entry, error) {
	a := d.Action.Content.Audience
	if a == nil {
		return entry{}, errNoAudience
	}
	e := entry{Action: d.Key(), At: d.Action.Created.UTC(), Audience: a.Name, Operation: "add", Products: a.Products, Reason: a.Note, Forget: a.Forget}
	if a.Remove {
		e.Operation = "remove"
	}
	e.Users = of(d.Profile, a.Remove).users()
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
