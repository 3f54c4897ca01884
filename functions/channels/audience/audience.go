// Package audience puts customers into advertising audiences and takes them out: at Google
// Customer Match and Meta Custom Audiences, by a signed webhook, or in a file that an
// advertiser's tool reads. No address leaves the shop, only hashes of addresses.
//
// It keeps print lists as well, of who is sent something by post, by webhook or in a file.
// These are for the shop's own system, which knows where a customer lives: it is told their
// names there as they are.
package audience

import (
	"context"
	_ "embed"
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
		case len(all) > 0:
			return s.beside(newNetworks(all, s.Timeout))
		}
		return webhook.OrFiles(s.Settings, s.Outbox,
			func(c *webhook.Client) channel.Sender { return &post{c} },
			func(f outbox.Folder) channel.Sender { return &file{newLists(f)} })
	}
}

// beside lets print lists, which networks have no use for, go by webhook, if there is one.
func (s settings) beside(n *networks) (channel.Sender, error) {
	if s.URL == "" {
		return n, nil
	}
	c, err := webhook.New(s.Settings)
	n.print = &post{c}
	return n, err
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
	Operation string    `json:"operation"`       // add or remove
	Users     []user    `json:"users,omitempty"` // one customer, under all names that count
	Print     *printed  `json:"print,omitempty"` // of a print list, in place of users
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
	if a.Print != nil {
		e.Print = printOf(d.Profile, *a.Print, a.Remove)
	} else {
		e.Users = of(d.Profile, a.Remove).users()
	}
	return e, nil
}

// nameless returns the error of an entry that names nobody.
func (e entry) nameless() error {
	switch {
	case e.Print != nil && e.Print.none():
		return errUnknown
	case e.Print == nil && len(e.Users) == 0:
		return errNameless
	}
	return nil
}

// post has a webhook change the audience or the print list.
type post struct{ *webhook.Client }

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "webhook", Reference: d.Key()}
	e, err := write(d)
	if err == nil && len(e.Forget) == 0 { // else the entries are known by their ids
		err = e.nameless()
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
	case e.nameless() != nil:
		return receipt, e.nameless()
	}
	return receipt, f.add(e)
}

// Repeats is true: an action's line is written once.
func (*file) Repeats() bool { return true }
