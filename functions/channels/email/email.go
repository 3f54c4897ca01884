// Package email sends messages as e-mail, over SMTP, by Amazon SES or into files. It
// serves the pages that the links and pictures in them lead to, and hears from Amazon what
// has bounced and who has complained.
package email

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/wneessen/go-mail"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/topic"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

const name = "email"

// source is who says it in the events of this function.
const source = "/redthread/" + name

// Spec is the channel, to serve and test.
var Spec = channel.Define(name, manifest, open(nil))

type settings struct {
	channel.Pace
	topic.Sources
	SMTP      string   `envconfig:"SMTP_URL"`                                              // smtp://user:password@host:587?starttls=required (or optional, none), or smtps://…; empty: files
	CA        string   `envconfig:"SMTP_CA"`                                               // file of certificates to trust besides the system's
	SES       string   `envconfig:"SES_URL"`                                               // ses://REGION/CONFIGURATION-SET instead of SMTP_URL
	Outbox    string   `envconfig:"OUTBOX" default:"outbox" want:"folder"`                 // folder of ID.eml, when there is neither
	Brand     string   `envconfig:"BRAND"`                                                 // a brand.yaml; the made-up shop without
	PublicURL string   `envconfig:"PUBLIC_URL" default:"http://127.0.0.1:8080" want:"url"` // where customers reach the pages
	LinkKey   string   `envconfig:"LINK_KEY"`                                              // secret; signs links, the first of several
	Track     []string `envconfig:"TRACK" default:"clicks" of:"clicks,opens,none"`         // clicks, opens, or none
}

// open makes the channel. Web is how Amazon's topics are reached; nil is the usual way.
func open(web http.RoundTripper) func(settings, function.Env) (channel.Sender, error) {
	return func(s settings, env function.Env) (channel.Sender, error) {
		w, err := newWriter(s)
		if err != nil {
			return nil, err
		}
		p := postman{writer: w, env: env}
		if p.topics, err = topic.New(s.Sources, web, env.Log, p.hear); err != nil {
			return nil, err
		}
		if s.SMTP+s.SES != "" && strings.HasPrefix(s.PublicURL, "http:") {
			env.Log.Warn("marketing mail goes out without one-click unsubscribing, which Gmail and Yahoo ask of who sends much: it needs an https PUBLIC_URL (RFC 8058)", "PUBLIC_URL", s.PublicURL)
		}
		return s.sender(p)
	}
}

// sender is the way of sending that is set.
func (s settings) sender(p postman) (channel.Sender, error) {
	switch {
	case s.SMTP != "" && s.SES != "":
		return nil, errors.New("SMTP_URL and SES_URL are both set, expected one of them")
	case s.SES != "":
		return newCarried(s.SES, p)
	case s.SMTP != "":
		server, err := newServer(s.SMTP, s.CA)
		return &post{p, server}, err
	}
	folder, err := outbox.Open(s.Outbox)
	return &box{p, folder}, err
}

func newWriter(s settings) (w writer, err error) {
	w = writer{clicks: slices.Contains(s.Track, "clicks"), opens: slices.Contains(s.Track, "opens")}
	if w.links, err = words.ReadLinks(s.PublicURL, s.LinkKey); err != nil {
		return w, err
	}
	w.brand, err = words.ReadBrand(s.Brand)
	return w, err
}

// postman is what all ways of sending have in common.
type postman struct {
	writer
	env    function.Env
	topics *topic.Listener // nil: none
}

// box puts each mail into a file of its own.
type box struct {
	postman
	folder outbox.Folder
}

func (b *box) Send(_ context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "file", Reference: b.messageID(d)}
	file := d.Key() + ".eml"
	if there, err := b.folder.Has(file); err != nil || there {
		return receipt, err
	}
	m, err := b.write(d)
	if err != nil {
		return receipt, function.Never(err)
	}
	text, err := text(m)
	if err != nil {
		return receipt, function.Never(err)
	}
	return receipt, b.folder.Put(file, text)
}

// Repeats is true: a mail has one file.
func (*box) Repeats() bool { return true }

// post hands each mail to an SMTP server.
type post struct {
	postman
	server *server
}

func (p *post) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Provider: "smtp", Reference: p.messageID(d)}
	m, err := p.write(d)
	if err != nil {
		return receipt, function.Never(err)
	}
	err = p.server.send(ctx, m)
	if m.IsDelivered() {
		return receipt, nil // whatever went wrong thereafter
	}
	var refused *mail.SendError
	if errors.As(err, &refused) && bounces(refused) && d.Action.To == "" { // else it is no address of the profile's
		if err := p.bounced(ctx, d, refused); err != nil {
			return receipt, err
		}
	}
	return receipt, explain(err)
}

// Close hangs up.
func (p *post) Close() error { return p.server.close() }
