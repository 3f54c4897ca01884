// Package sms sends messages as text messages, by Amazon SNS, by a signed webhook to any
// gateway, or into files. It counts the segments they are paid for as, and hears from
// those who answer STOP.
package sms

import (
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/outbox"
	"redthread.dev/shared/channel/topic"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

//go:embed words.yaml
var texts []byte

const name = "sms"

// source is who says it in the events of this function.
const source = "/redthread/" + name

// Spec is the channel, to serve and test.
var Spec = channel.Define(name, manifest, open(nil))

type settings struct {
	channel.Pace
	webhook.Settings
	topic.Sources
	SNS       string `envconfig:"SNS_URL"`                                               // sns://REGION instead of a webhook
	Outbox    string `envconfig:"OUTBOX" default:"outbox" want:"folder"`                 // folder of sms/ID.txt, when there is neither
	Sender    string `envconfig:"SENDER"`                                                // a name of at most 11 letters and digits, or a number; empty: the provider's own
	Segments  int    `envconfig:"SEGMENTS" default:"4" least:"1" most:"10"`              // that a text may take; a longer one is cut
	OptOut    string `envconfig:"OPT_OUT" default:"link" of:"link,reply"`                // how advertising says to get out of it
	PublicURL string `envconfig:"PUBLIC_URL" default:"http://127.0.0.1:8080" want:"url"` // where customers reach the page to unsubscribe on
	LinkKey   string `envconfig:"LINK_KEY"`                                              // secret; signs links, the first of several
}

// open makes the channel. Web is how Amazon's topics are reached; nil is the usual way.
func open(web http.RoundTripper) func(settings, function.Env) (channel.Sender, error) {
	return func(s settings, env function.Env) (channel.Sender, error) {
		w, err := newWriter(s)
		if err != nil {
			return nil, err
		}
		t := texter{writer: w, env: env}
		if t.topics, err = topic.New(s.Sources, web, env.Log, t.notice); err != nil {
			return nil, err
		}
		if s.Secret != "" {
			if t.gateway, err = webhook.Receive(s.Secret); err != nil {
				return nil, err
			}
		}
		if s.OptOut == "reply" && t.topics == nil && t.gateway == nil {
			return nil, errors.New(`OPT_OUT is "reply", but none would be heard: expected link, or SNS_TOPICS or WEBHOOK_SECRET of those who pass on replies`)
		}
		return s.sender(t)
	}
}

// sender is the way of sending that is set.
func (s settings) sender(t texter) (channel.Sender, error) {
	switch {
	case s.URL != "" && s.SNS != "":
		return nil, errors.New("WEBHOOK_URL and SNS_URL are both set, expected one of them")
	case s.SNS != "":
		return newCarried(s.SNS, t)
	}
	return webhook.OrFiles(s.Settings, s.Outbox+"/sms",
		func(c *webhook.Client) channel.Sender { return &post{t, c} },
		func(f outbox.Folder) channel.Sender { return &box{t, f} })
}

// texter is what all ways of sending have in common.
type texter struct {
	writer
	env     function.Env
	topics  *topic.Listener   // nil: none
	gateway *webhook.Receiver // of a gateway's inbound messages; nil: none
}

var (
	named    = regexp.MustCompile(`^[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*$`)
	numbered = regexp.MustCompile(`^\+?[1-9][0-9]+$`)
)

// checkSender keeps to what phones show: a name or a number (3GPP TS 23.040, section
// 9.1.2.5, has room for 11 characters), to which alone customers can reply.
func checkSender(s settings) error {
	name := named.MatchString(s.Sender) && len(s.Sender) <= 11
	number := numbered.MatchString(s.Sender) && len(s.Sender) >= 3 && len(s.Sender) <= 16
	switch {
	case s.Sender != "" && !name && !number:
		return fmt.Errorf("SENDER is %q, expected 1 to 11 letters, digits and - with at least one letter, or a number", s.Sender)
	case name && s.OptOut == "reply":
		return fmt.Errorf("OPT_OUT is %q, but nobody can reply to the SENDER %q: expected link, or a number as SENDER", s.OptOut, s.Sender)
	}
	return nil
}

func newWriter(s settings) (w writer, err error) {
	w = writer{sender: s.Sender, most: s.Segments, wayOut: s.OptOut}
	if err := checkSender(s); err != nil {
		return w, err
	}
	if w.links, err = words.ReadLinks(s.PublicURL, s.LinkKey); err != nil {
		return w, err
	}
	w.texts, err = words.Load(texts)
	return w, err
}
