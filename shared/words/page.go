package words

import (
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"sync"
)

// shownItems bounds a list, so that a basket of hundreds of lines still makes a mail.
const shownItems = 12

//go:embed layout.yaml
var layoutYAML []byte

var layoutTexts = sync.OnceValue(func() Texts {
	texts, err := Load(layoutYAML)
	if err != nil {
		panic("words: embedded layout.yaml: " + err.Error()) // a test loads it
	}
	return texts
})

// page is a message with everything looked up, ready for layout.html.tmpl and for plain.
type page struct {
	Lang, Subject, Preview, Heading string
	Brand, ShopURL, Address         string
	Logo                            Logo
	Blocks                          []part
	Asks                            bool
	Questions, Why, ContactShown    string
	Contact                         Contact
	Links                           []Button
	Social                          []Social
	PixelURL                        string
	inline                          []Attachment
}

// part is a block with what the template cannot work out.
type part struct {
	Block
	Lines    []string // of text and small print
	Facts    []row
	Pictures bool // some item has one
	More     string
	QR       template.URL
	Alt      string
}

type row struct {
	Label string
	Lines []string
}

func newPage(brand Brand, m Message, opts EmailOptions) (*page, error) {
	voice := layoutTexts().In(Locale(m.Locale, brand.Locale))
	say := voice.With(map[string]any{"Brand": brand.Name})
	p := &page{
		Lang: voice.Locale(), Subject: m.Subject, Preview: m.Preview, Heading: bound(m.Heading),
		Brand: brand.Name, ShopURL: brand.ShopURL, Address: bound(brand.Address), Logo: brand.Logo,
		Asks: brand.Contact != Contact{}, Questions: say.Say("questions"), Contact: brand.Contact, Social: brand.Social,
		ContactShown: shown(brand.Contact.URL), Why: opts.Why, PixelURL: opts.PixelURL,
	}
	switch {
	case p.Why == "" && opts.Marketing:
		p.Why = say.Say("why.marketing")
	case p.Why == "":
		p.Why = say.Say("why.service")
	}
	if opts.UnsubscribeURL != "" {
		p.Links = append(p.Links, Button{Label: say.Say("unsubscribe"), URL: opts.UnsubscribeURL})
	}
	if opts.PreferencesURL != "" {
		p.Links = append(p.Links, Button{Label: say.Say("preferences"), URL: opts.PreferencesURL})
	}
	if err := say.Err(); err != nil {
		return nil, err
	}
	p.Why = bound(p.Why)
	return p, p.addBlocks(voice, m.Blocks)
}

func (p *page) addBlocks(voice Voice, blocks []Block) error {
	for i, b := range blocks {
		t := part{Block: b, Lines: lines(bound(b.Text + b.Small))}
		for _, f := range b.Facts {
			t.Facts = append(t.Facts, row{Label: f.Label, Lines: lines(bound(f.Value))})
		}
		t.Items = slices.Clone(b.Items)
		for i, item := range t.Items {
			t.Items[i].Title, t.Items[i].Detail = bound(item.Title), bound(item.Detail)
			t.Pictures = t.Pictures || item.ImageURL != ""
		}
		say := voice.With(map[string]any{"More": len(b.Items) - shownItems})
		if len(b.Items) > shownItems {
			t.Items, t.More = t.Items[:shownItems], say.Say("more")
		}
		if b.Code != nil && b.Code.QR {
			picture, err := qrCode(b.Code.Value)
			if err != nil {
				return fmt.Errorf("blocks[%d].code: %w", i, err)
			}
			say = voice.With(map[string]any{"Code": b.Code.Value})
			t.QR, t.Alt = template.URL("cid:"+picture.ContentID), say.Say("qr")
			p.inline = append(p.inline, picture)
		}
		if err := say.Err(); err != nil {
			return err
		}
		p.Blocks = append(p.Blocks, t)
	}
	return nil
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(text), "\r\n", "\n"), "\n")
}

// shown is a URL as people write it.
func shown(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	return strings.TrimSuffix(rest, "/")
}
