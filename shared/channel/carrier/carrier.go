// Package carrier has others carry mails and texts who are reached by a client of their
// own, such as Amazon's. Those clients are large, so that, like the stores', not every
// program has them: each registers itself, and is linked by who imports its package.
package carrier

import (
	"context"
	"errors"
	"fmt"

	"redthread.dev/shared/linked"
	"redthread.dev/shared/store"
)

// Mail is an e-mail to be carried.
type Mail struct {
	Raw  []byte // as it would go over SMTP, RFC 5322
	Tags []Tag  // by which the carrier's statistics and notifications know it
}

// Tag is a name and a value; a carrier may take fewer characters than the value has, and
// leaves out or changes the others.
type Tag struct{ Name, Value string }

// Mailer carries mails. Send returns the carrier's own id of the mail. Its error is a
// *channel.Fault where more is known than that it was not done.
type Mailer interface {
	Send(ctx context.Context, m Mail) (reference string, err error)
}

// Text is a text message to be carried.
type Text struct {
	To          string // E.164
	From        string // a name, or a number; empty: the carrier's own
	Said        string
	Promotional bool // it may wait for others
}

// Texter carries text messages. Send returns the carrier's own id of the text. Its error is
// a *channel.Fault where more is known than that it was not done, and wraps ErrOptedOut
// or a *Nobody where that is why.
type Texter interface {
	Send(ctx context.Context, t Text) (reference string, err error)
}

// ErrOptedOut says that the number's owner has told the carrier to bring no texts.
var ErrOptedOut = errors.New("the number has opted out of text messages")

// Nobody says that nobody can be texted at the number.
type Nobody struct {
	Code string // the carrier's word for it
	Err  error
}

// Error returns what Err says.
func (n *Nobody) Error() string { return n.Err.Error() }

// Unwrap returns Err.
func (n *Nobody) Unwrap() error { return n.Err }

var (
	mailers linked.Drivers[func(url string) (Mailer, error)]
	texters linked.Drivers[func(url string) (Texter, error)]
)

// RegisterMailer makes a carrier of mails known to OpenMailer; each calls it from its
// init. The form is the URL as one would write it, for error messages, which need not be
// repeated by open. Registering a scheme twice panics.
func RegisterMailer(scheme, form string, open func(url string) (Mailer, error)) {
	mailers.Register(scheme, form, open)
}

// RegisterTexter makes a carrier of text messages known to OpenTexter, as RegisterMailer
// does one of mails.
func RegisterTexter(scheme, form string, open func(url string) (Texter, error)) {
	texters.Register(scheme, form, open)
}

// OpenMailer opens the carrier of mails that a setting names, "ses://eu-north-1", by the
// driver of its scheme. The error shows setting and address without what is secret in it; it is
// linked.ErrMissing when the driver is not part of the program.
func OpenMailer(setting, address string) (Mailer, error) { return open(&mailers, setting, address) }

// OpenTexter opens the carrier of text messages that a setting names, "sns://eu-north-1",
// with the errors of OpenMailer.
func OpenTexter(setting, address string) (Texter, error) { return open(&texters, setting, address) }

func open[C any](drivers *linked.Drivers[func(string) (C, error)], setting, address string) (c C, err error) {
	open, form, err := drivers.Of(address)
	if err != nil {
		return c, fmt.Errorf("%s is %q, expected the URL of a carrier that is linked: %w", setting, store.Redacted(address), err)
	}
	if c, err = open(address); err != nil {
		return c, fmt.Errorf("%s is %q, expected %s: %w", setting, store.Redacted(address), form, err)
	}
	return c, nil
}
