package email

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/words"
)

// How long the links in a mail are good for, from the decision to send it on. A
// customer must be able to unsubscribe from a mail found a year later.
const (
	keepUnsubscribe = 400 * 24 * time.Hour
	keepTracking    = 90 * 24 * time.Hour
)

// What links are signed for. The page to unsubscribe on is the consent function's.
const (
	forClick       = "click"
	forOpen        = "open"
	forUnsubscribe = "unsubscribe"
)

// writer makes mails of messages.
type writer struct {
	brand         words.Brand
	links         words.Links
	clicks, opens bool
}

// messageID is the same at each try, so that a mail that comes twice can be told for
// one (RFC 5322, section 3.6.4).
func (w writer) messageID(d channel.Delivery) string { return "<" + d.Key() + "@" + w.domain() + ">" }

func (w writer) domain() string {
	_, domain, _ := strings.Cut(w.brand.Sender.Email, "@")
	return domain
}

// write makes the mail of a delivery: text, HTML and the pictures in it. An error is
// for good, as the same message makes the same mail.
func (w writer) write(d channel.Delivery) (*mail.Msg, error) {
	if d.Action.Content.Message == nil {
		return nil, errors.New("the action holds no message")
	}
	// Signed links hide where they lead, so that the layout cannot tell a bad one.
	if err := d.Action.Content.Message.Check(); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	to, ok := d.Profile.Address(name)
	if d.Action.To != "" {
		to, ok = d.Action.To, true
	}
	if !ok {
		return nil, errors.New("the customer has no e-mail address")
	}
	marketing := d.Action.Purpose == events.PurposeMarketing
	message, opts := w.tracked(d, marketing)
	html, plain, pictures, err := words.Email(w.brand, message, opts)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	err = errors.Join(m.FromFormat(w.brand.Sender.Name, w.brand.Sender.Email), m.To(to))
	if w.brand.Sender.ReplyTo != "" {
		err = errors.Join(err, m.ReplyTo(w.brand.Sender.ReplyTo))
	}
	if err != nil {
		return nil, fmt.Errorf("address the mail: %w", err)
	}
	m.Subject(message.Subject)
	m.SetDateWithValue(d.Action.Created)
	m.SetGenHeader("Message-ID", w.messageID(d))
	w.label(m, d)
	if marketing {
		w.oneClick(m, opts.UnsubscribeURL)
	}
	m.SetBodyString(mail.TypeTextPlain, plain)
	m.AddAlternativeString(mail.TypeTextHTML, html)
	return m, embed(m, pictures)
}

// tracked gives the message signed links, and tells the layout what else leads back.
func (w writer) tracked(d channel.Delivery, marketing bool) (words.Message, words.EmailOptions) {
	who := words.Claims{Profile: d.Profile.ID, Action: d.Action.ID, Flow: d.Action.Flow, Channel: name}
	message, opts := *d.Action.Content.Message, words.EmailOptions{Marketing: marketing}
	if w.clicks {
		message = message.WithLinks(func(url string) string {
			to := who
			to.URL = url
			return w.links.Sign("/c", forClick, to, d.Action.Created.Add(keepTracking))
		})
	}
	if w.opens {
		opts.PixelURL = w.links.Sign("/o.gif", forOpen, who, d.Action.Created.Add(keepTracking))
	}
	if marketing {
		opts.UnsubscribeURL = w.links.Sign("/unsubscribe", forUnsubscribe, who, d.Action.Created.Add(keepUnsubscribe))
	}
	return message, opts
}

// label says what kind of mail it is: written by a machine (RFC 3834), so that nobody's
// holiday notice answers; to Gmail's Feedback Loop, of which flow and purpose; to us, of
// which action.
func (w writer) label(m *mail.Msg, d channel.Delivery) {
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Feedback-ID", strings.Join([]string{d.Action.Flow, string(d.Action.Purpose), name, w.domain()}, ":"))
	m.SetGenHeader("X-Redthread-Action", d.Action.ID)
}

// oneClick offers the mail program's own way out: at one click (RFC 8058) where the link
// is https, else by leading to the page (RFC 2369), as on a developer's machine.
func (w writer) oneClick(m *mail.Msg, url string) {
	headers, err := words.UnsubscribeHeaders(url, "")
	if err != nil {
		return
	}
	for header, value := range headers {
		m.SetGenHeader(mail.Header(header), value)
	}
}

func embed(m *mail.Msg, pictures []words.Attachment) error {
	for _, p := range pictures {
		err := m.EmbedReader(p.Name, bytes.NewReader(p.Data), mail.WithFileContentID("<"+p.ContentID+">"),
			mail.WithFileContentType(mail.ContentType(p.ContentType)))
		if err != nil {
			return fmt.Errorf("embed %s: %w", p.Name, err)
		}
	}
	return nil
}

// text is the mail as it is kept in a file.
func text(m *mail.Msg) ([]byte, error) {
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write the mail: %w", err)
	}
	return b.Bytes(), nil
}
