package words

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// gmailClips is the size in bytes beyond which Gmail cuts a mail and hides the rest, with the
// unsubscribe link, behind "view entire message".
const gmailClips = 102 << 10

// EmailOptions are what only the e-mail channel knows about a message.
type EmailOptions struct {
	// Marketing mail must have an UnsubscribeURL, and the brand a postal address.
	Marketing bool
	// Why says why the customer gets this; empty: a sentence of the layout, by Marketing.
	Why            string
	UnsubscribeURL string // http or https; asks the customer to confirm, unlike the one of UnsubscribeHeaders
	PreferencesURL string // optional, http or https
	PixelURL       string // optional, http or https; a picture of one pixel that records the opening
}

// Attachment is a picture that travels in the mail; the HTML refers to it as cid:ContentID (RFC 2392).
type Attachment struct {
	Name        string // file name
	ContentID   string // without angle brackets
	ContentType string
	Data        []byte
}

// Email gives a message the brand's form: HTML for every common mail program, the same facts as
// plain text (UTF-8, lines of at most 72 characters but for URLs), and the pictures inside it.
// It only shows the first twelve items of a block and says how many more there are. The error
// tells what is wrong with the brand, the message or the options, or that Gmail would cut the mail.
func Email(brand Brand, m Message, opts EmailOptions) (html, text string, inline []Attachment, err error) {
	if err := errors.Join(brand.check(), m.Check(), opts.check(brand)); err != nil {
		return "", "", nil, fmt.Errorf("e-mail %q: %w", m.Subject, err)
	}
	page, err := newPage(brand, m, opts)
	if err != nil {
		return "", "", nil, fmt.Errorf("e-mail %q: %w", m.Subject, err)
	}
	layout, err := layoutFor(look{brand.Colors, brand.Dark, brand.Headings})
	if err != nil {
		return "", "", nil, fmt.Errorf("e-mail layout: %w", err)
	}
	var out bytes.Buffer
	out.Grow(16 << 10)
	if err := layout.Execute(&out, page); err != nil {
		return "", "", nil, fmt.Errorf("e-mail %q: %w", m.Subject, err)
	}
	if out.Len() >= gmailClips {
		return "", "", nil, fmt.Errorf("e-mail %q has %d bytes of HTML, want less than %d, where Gmail cuts it", m.Subject, out.Len(), gmailClips)
	}
	return out.String(), page.plain(), page.inline, nil
}

func (o EmailOptions) check(brand Brand) error {
	var errs []error
	if o.Marketing {
		if o.UnsubscribeURL == "" {
			errs = append(errs, errors.New("options: marketing mail needs an unsubscribe URL"))
		}
		if strings.TrimSpace(brand.Address) == "" {
			errs = append(errs, errors.New("brand.yaml: marketing mail needs the shop's postal address"))
		}
	}
	for _, u := range []struct{ field, url string }{
		{"options: unsubscribe URL", o.UnsubscribeURL},
		{"options: preferences URL", o.PreferencesURL},
		{"options: pixel URL", o.PixelURL},
	} {
		if u.url != "" {
			errs = append(errs, wantURL(u.field, u.url))
		}
	}
	return errors.Join(errs...)
}
