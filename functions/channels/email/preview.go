package email

import (
	"fmt"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

// Preview is how the channel writes its mails, for a page that shows them.
type Preview struct {
	Brand  words.Brand // the shop whose mails they are
	Outbox string      // the folder where they are kept; empty: they are really sent
	writer writer
}

// NewPreview reads the channel's settings as the channel does.
func NewPreview(env function.Env) (Preview, error) {
	var s settings
	if err := function.Settings(env, name, &s); err != nil {
		return Preview{}, err
	}
	w, err := newWriter(s)
	if err != nil {
		return Preview{}, fmt.Errorf("settings of %s: %w", name, err)
	}
	p := Preview{Brand: w.brand, writer: w}
	if s.SMTP+s.SES == "" {
		p.Outbox = s.Outbox
	}
	return p, nil
}

// Letter returns what the mail of an action says, which must hold a message, and what
// the layout adds: its links are those of the mail. Only the picture that records
// openings is left out, as who looks at the page is not the customer.
func (p Preview) Letter(a action.Action) (words.Message, words.EmailOptions) {
	message, opts := p.writer.tracked(channel.Delivery{Action: a, Profile: &profile.Profile{ID: a.Profile}}, a.Purpose == events.PurposeMarketing)
	opts.PixelURL = ""
	return message, opts
}
