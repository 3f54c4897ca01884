package words

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Brand is who the shop is and how it looks, as read from brand.yaml.
type Brand struct {
	Name     string   `yaml:"name"`
	Locale   string   `yaml:"locale"`   // for customers whose language the suite does not speak: one of Locales
	ShopURL  string   `yaml:"shop_url"` // http or https
	Logo     Logo     `yaml:"logo"`     // optional; without it the name is written
	Headings string   `yaml:"headings"` // "serif" (default) or "sans"
	Colors   Palette  `yaml:"colors"`
	Dark     Palette  `yaml:"dark"`    // for mail programs in dark mode
	Address  string   `yaml:"address"` // postal address, one line; required in marketing mail
	Sender   Sender   `yaml:"sender"`
	Contact  Contact  `yaml:"contact"`
	Social   []Social `yaml:"social"`
}

// Logo is a picture at the top of a mail, at a fixed size.
type Logo struct {
	URL    string `yaml:"url"`    // http or https; PNG, JPEG or GIF, since mail programs show little else
	Width  int    `yaml:"width"`  // pixels as shown, 1 to 520
	Height int    `yaml:"height"` // pixels as shown, 1 to 200
}

// Palette is the colours of a mail, each as #rrggbb. Text and muted must be readable on background
// and on card; the text on a button is white where that can be read on accent, else black.
// A colour left out is that of the default brand.
type Palette struct {
	Accent     string `yaml:"accent"`
	Background string `yaml:"background"`
	Card       string `yaml:"card"`
	Text       string `yaml:"text"`
	Muted      string `yaml:"muted"`
	Line       string `yaml:"line"`
}

// Sender is who a mail comes from.
type Sender struct {
	Name    string `yaml:"name"` // default: the brand's name
	Email   string `yaml:"email"`
	ReplyTo string `yaml:"reply_to"` // optional
}

// Contact is how a customer reaches a person; each part is optional.
type Contact struct {
	Email string `yaml:"email"`
	Phone string `yaml:"phone"` // as written for people
	URL   string `yaml:"url"`
}

// Social is a link to the shop on a social network.
type Social struct {
	Name string `yaml:"name"`
	URL  string `yaml:"url"`
}

//go:embed brand.yaml
var defaultBrand []byte

// shipped has neither defaults filled in nor been checked; LoadBrand fills holes from it.
var shipped = sync.OnceValue(func() Brand {
	var b Brand
	if err := yaml.Unmarshal(defaultBrand, &b); err != nil {
		panic("words: embedded brand.yaml: " + err.Error()) // a test loads it
	}
	return b
})

// DefaultBrand is the made-up shop Tråd & Træ, for trying things out. Its domains lead nowhere.
func DefaultBrand() Brand {
	b := shipped()
	b.Social = slices.Clone(b.Social)
	return b
}

// ReadBrand reads the file that the setting BRAND names; empty, it is DefaultBrand. The error
// names setting, file and what is wrong with it.
func ReadBrand(path string) (Brand, error) {
	if path == "" {
		return DefaultBrand(), nil
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return Brand{}, fmt.Errorf("BRAND is %q, expected a brand.yaml: %w", path, err)
	}
	b, err := LoadBrand(file)
	if err != nil {
		return Brand{}, fmt.Errorf("BRAND is %q, expected a brand.yaml: %w", path, err)
	}
	return b, nil
}

// LoadBrand reads a brand.yaml. It is strict: unknown keys, missing names, URLs that are not http
// or https, addresses that are no e-mail addresses, and colours that cannot be read on each other
// are all listed in the error, each with its key and what is expected.
func LoadBrand(file []byte) (Brand, error) {
	var b Brand
	decoder := yaml.NewDecoder(bytes.NewReader(file))
	decoder.KnownFields(true)
	if err := decoder.Decode(&b); err != nil {
		return Brand{}, fmt.Errorf("brand.yaml: %w", err)
	}
	b.Sender.Name = strings.TrimSpace(b.Sender.Name)
	if b.Sender.Name == "" {
		b.Sender.Name = b.Name
	}
	if b.Headings == "" {
		b.Headings = "serif"
	}
	b.Colors = b.Colors.or(shipped().Colors)
	b.Dark = b.Dark.or(shipped().Dark)
	if err := b.check(); err != nil {
		return Brand{}, err
	}
	return b, nil
}

func (b Brand) check() error {
	errs := []error{
		wantText("name", b.Name),
		wantURL("shop_url", b.ShopURL),
		wantOneOf("locale", b.Locale, Locales...),
		wantOneOf("headings", b.Headings, "serif", "sans"),
		b.Logo.check(),
		b.Colors.check("colors"),
		b.Dark.check("dark"),
		wantMailbox("sender.email", b.Sender.Email),
	}
	if b.Sender.ReplyTo != "" {
		errs = append(errs, wantMailbox("sender.reply_to", b.Sender.ReplyTo))
	}
	if b.Contact.Email != "" {
		errs = append(errs, wantMailbox("contact.email", b.Contact.Email))
	}
	if b.Contact.URL != "" {
		errs = append(errs, wantURL("contact.url", b.Contact.URL))
	}
	for i, s := range b.Social {
		errs = append(errs, wantText(fmt.Sprintf("social[%d].name", i), s.Name), wantURL(fmt.Sprintf("social[%d].url", i), s.URL))
	}
	for i, err := range errs {
		if err != nil {
			errs[i] = fmt.Errorf("brand.yaml: %w", err)
		}
	}
	return errors.Join(errs...)
}

func (l Logo) check() error {
	if l == (Logo{}) {
		return nil
	}
	if l.Width < 1 || l.Width > 520 || l.Height < 1 || l.Height > 200 {
		return fmt.Errorf("logo is %d × %d, want a width of 1 to 520 and a height of 1 to 200 pixels", l.Width, l.Height)
	}
	return wantURL("logo.url", l.URL)
}

func wantOneOf(field, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("%s is %q, want one of %s", field, value, strings.Join(allowed, ", "))
}

func wantMailbox(field, value string) error {
	if a, err := mail.ParseAddress(value); err != nil || a.Address != value {
		return fmt.Errorf("%s is %q, want a plain e-mail address", field, value)
	}
	return nil
}
