package words

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Message is what the shop says to one customer, before any channel has given it a form. A flow
// makes it at the moment it decides; it is stored in the action document as it is.
type Message struct {
	Locale  string  `json:"locale"`            // BCP 47 tag of the customer, see Locale
	Subject string  `json:"subject"`           // one line; subject of a mail, title of a push
	Preview string  `json:"preview,omitempty"` // shown beside the subject in an inbox, nowhere else
	Heading string  `json:"heading,omitempty"`
	Blocks  []Block `json:"blocks,omitempty"`
	Short   string  `json:"short,omitempty"` // the whole message in a sentence or two, for SMS and push
}

// Block is one part of a message. Exactly one of its fields is set; see Message.Check.
type Block struct {
	Text    string  `json:"text,omitempty"` // a paragraph; line breaks are kept
	Items   []Item  `json:"items,omitempty"`
	Button  *Button `json:"button,omitempty"`
	Code    *Code   `json:"code,omitempty"`
	Facts   []Fact  `json:"facts,omitempty"`
	Divider bool    `json:"divider,omitempty"`
	Small   string  `json:"small,omitempty"` // small print; line breaks are kept
}

// Item is a product, an offer or anything else with a name and perhaps a picture.
type Item struct {
	Title    string `json:"title"`
	Detail   string `json:"detail,omitempty"`
	Price    string `json:"price,omitempty"`     // as shown, see Money
	ImageURL string `json:"image_url,omitempty"` // http or https; shown as a square
	URL      string `json:"url,omitempty"`       // http or https
}

// Button is the one thing the customer is asked to do next.
type Button struct {
	Label   string `json:"label"`
	URL     string `json:"url"`               // http or https
	Private bool   `json:"private,omitempty"` // whoever has the URL may use it: it is not recorded
}

// Code is something to show at the counter, such as a pick-up code or a voucher.
type Code struct {
	Value string `json:"value"`        // as the customer reads it aloud
	QR    bool   `json:"qr,omitempty"` // also as a QR code
}

// Fact is a row such as store → address or opening hours → today 10–18.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"` // line breaks are kept
}

// Paragraph is a block of running text.
func Paragraph(text string) Block { return Block{Text: text} }

// Items is a block that lists things, usually products.
func Items(items ...Item) Block { return Block{Items: items} }

// ButtonTo is a block with a button that opens an http or https URL.
func ButtonTo(label, url string) Block { return Block{Button: &Button{Label: label, URL: url}} }

// CodeToShow is a block with a code in large letters and, with qr, as a picture to scan.
func CodeToShow(value string, qr bool) Block { return Block{Code: &Code{Value: value, QR: qr}} }

// Facts is a block of labelled rows.
func Facts(facts ...Fact) Block { return Block{Facts: facts} }

// Divider is a block that draws a line.
func Divider() Block { return Block{Divider: true} }

// SmallPrint is a block of conditions and the like.
func SmallPrint(text string) Block { return Block{Small: text} }

// Check tells everything that keeps the message from being shown: no subject or one of several
// lines, a block that is not exactly one thing, an empty label, a URL that is not http or https.
// The error names block and field, counted from 0 as in the stored JSON.
func (m Message) Check() error {
	var errs []error
	if strings.TrimSpace(m.Subject) == "" {
		errs = append(errs, errors.New("subject is empty"))
	}
	if strings.ContainsAny(m.Subject, "\r\n") {
		errs = append(errs, fmt.Errorf("subject %q has several lines, want one", m.Subject))
	}
	for i, b := range m.Blocks {
		if err := b.check(); err != nil {
			errs = append(errs, fmt.Errorf("blocks[%d]%w", i, err))
		}
	}
	return errors.Join(errs...)
}

func (b Block) check() error {
	if n := b.kinds(); n != 1 {
		return fmt.Errorf(" is %d things at once, want exactly one of text, items, button, code, facts, divider, small", n)
	}
	if b.Text+b.Small != "" {
		return wantText(".text", b.Text+b.Small)
	}
	if b.Button != nil {
		return errors.Join(wantText(".button.label", b.Button.Label), wantURL(".button.url", b.Button.URL))
	}
	if b.Code != nil {
		return wantText(".code.value", b.Code.Value)
	}
	for i, f := range b.Facts {
		if err := errors.Join(wantText("label", f.Label), wantText("value", f.Value)); err != nil {
			return fmt.Errorf(".facts[%d].%w", i, err)
		}
	}
	for i, item := range b.Items {
		if err := item.check(); err != nil {
			return fmt.Errorf(".items[%d].%w", i, err)
		}
	}
	return nil
}

func (b Block) kinds() int {
	n := 0
	for _, set := range []bool{b.Text != "", len(b.Items) > 0, b.Button != nil, b.Code != nil, len(b.Facts) > 0, b.Divider, b.Small != ""} {
		if set {
			n++
		}
	}
	return n
}

func (i Item) check() error {
	err := wantText("title", i.Title)
	if i.ImageURL != "" {
		err = errors.Join(err, wantURL("image_url", i.ImageURL))
	}
	if i.URL != "" {
		err = errors.Join(err, wantURL("url", i.URL))
	}
	return err
}

// WithLinks gives a copy of the message in which every URL the customer can follow has gone
// through follow, for instance to be replaced by a signed link that records the click.
// Pictures and private buttons are left alone.
func (m Message) WithLinks(follow func(url string) string) Message {
	blocks := make([]Block, len(m.Blocks))
	for i, b := range m.Blocks {
		if b.Button != nil && !b.Button.Private {
			b.Button = &Button{Label: b.Button.Label, URL: follow(b.Button.URL)}
		}
		b.Items = append([]Item(nil), b.Items...)
		for j := range b.Items {
			if b.Items[j].URL != "" {
				b.Items[j].URL = follow(b.Items[j].URL)
			}
		}
		blocks[i] = b
	}
	m.Blocks = blocks
	return m
}

// LinkWith adds values to the query of a link, in the place of those of the same name; empty
// ones are left out. A link that cannot be read, which Check tells of, stays as it is.
func LinkWith(link string, values url.Values) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	query := u.Query()
	for name := range values {
		if value := values.Get(name); value != "" {
			query.Set(name, value)
		}
	}
	u.RawQuery = query.Encode()
	return u.String()
}

func wantText(field, value string) error {
	if strings.TrimSpace(value) == "" {
		return fmt.Errorf("%s is empty", field)
	}
	return nil
}

// wantURL keeps javascript:, data: and relative URLs out of mails and pages.
func wantURL(field, raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("%s is %q, want a full http or https URL", field, raw)
	}
	return nil
}
