package consent

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/text/language"

	"redthread.dev/shared/words"
)

//go:embed words.yaml
var texts []byte

//go:embed page.html.tmpl
var pageHTML string

//go:embed style.css.tmpl
var styleCSS string

// look is how the pages of a shop look and speak.
type look struct {
	brand words.Brand
	texts words.Texts
	page  *template.Template
	style template.CSS
	csp   string
}

// speech is the texts, for customers of other languages in the brand's own.
func speech(brand words.Brand) (words.Texts, error) {
	t, err := words.Load(texts)
	return t.WithFallback(brand.Locale), err
}

// newLook dresses the pages in a brand. Nothing but their own style is loaded, and
// they send forms nowhere else: the policy names the style by its hash.
func newLook(brand words.Brand) (*look, error) {
	t, err := speech(brand)
	if err != nil {
		return nil, err
	}
	page, err := template.New("page.html.tmpl").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	l := &look{brand: brand, texts: t, page: page, style: template.CSS(dress(brand))}
	sum := sha256.Sum256([]byte(l.style))
	l.csp = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	return l, nil
}

// dress puts a brand's colours, which have been checked to be colours, into the style.
func dress(b words.Brand) string {
	display := "Georgia, 'Times New Roman', serif"
	if b.Headings == "sans" {
		display = "'Helvetica Neue', Helvetica, Arial, sans-serif"
	}
	pairs := []string{"@display", display}
	for prefix, p := range map[string]words.Palette{"@": b.Colors, "@dark.": b.Dark} {
		pairs = append(pairs, prefix+"on-accent", p.OnAccent(), prefix+"accent", p.Accent, prefix+"background", p.Background,
			prefix+"card", p.Card, prefix+"text", p.Text, prefix+"muted", p.Muted, prefix+"line", p.Line)
	}
	return strings.NewReplacer(pairs...).Replace(styleCSS)
}

// view is one page.
type view struct {
	Lang, Title, Heading, Text, Note string
	Form                             *form
	Brand, ShopURL, Shop             string
	ContactURL, Contact              string
	Style                            template.CSS
}

// form is what a page asks.
type form struct {
	Action, Lead, Button string
	Quiet                bool
	Choices              []choice
}

type choice struct {
	Value, Label string
	Checked      bool
}

// voice is how the shop speaks to the customer: in the language they have used, else
// in that of their browser.
func (l *look) voice(r *http.Request, locale string) words.Voice {
	if locale == "" {
		locale = wanted(r)
	}
	return l.texts.In(locale)
}

// spoken is made at the first page, as the other functions start without need of it.
var spoken = sync.OnceValue(func() language.Matcher {
	return language.NewMatcher([]language.Tag{language.Und, language.Danish, language.Swedish, language.English, language.Norwegian})
})

func wanted(r *http.Request) string {
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return ""
	}
	if _, i, sure := spoken().Match(tags...); sure >= language.High && i > 0 {
		return []string{"", "da", "sv", "en", "da"}[i]
	}
	return ""
}

// show answers with the page of a kind: ask, done and so on.
func (l *look) show(w http.ResponseWriter, status int, voice words.Voice, kind string, f *form) {
	say := voice.With(map[string]any{"Brand": l.brand.Name})
	v := view{Lang: voice.Locale(), Title: say.Say(kind + ".title"), Heading: say.Say(kind + ".heading"), Text: say.Say(kind + ".text"),
		Form: f, Brand: l.brand.Name, ShopURL: l.brand.ShopURL, Shop: say.Say("shop"), Contact: say.Say("contact"), Style: l.style}
	switch c := l.brand.Contact; {
	case c.URL != "":
		v.ContactURL = c.URL
	case c.Email != "":
		v.ContactURL = "mailto:" + c.Email
	}
	if kind == pageAsk {
		v.Note = say.Say("ask.note")
	}
	var page bytes.Buffer
	if err := l.page.Execute(&page, v); err != nil || say.Err() != nil {
		http.Error(w, "the page could not be written", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", l.csp)
	private(h)
	w.WriteHeader(status)
	w.Write(page.Bytes()) //nolint:errcheck // the reader is gone
}

// private keeps a page, and the link that leads to it, from being kept or passed on.
func private(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
}
