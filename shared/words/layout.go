package words

import (
	_ "embed"
	"html/template"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed layout.html.tmpl
var layoutHTML string

// look is all of a brand that is part of the layout itself: colours are repeated some seventy times
// in a mail, since mail programs want them on each element, and would cost more than all the rest.
type look struct {
	light, dark Palette
	headings    string
}

var layouts sync.Map // look → *template.Template; one for each brand.yaml in the process

// layoutFor gives the layout in a look, parsed at the look's first mail. The colours have been checked to
// be colours; nothing else goes into the source.
func layoutFor(l look) (*template.Template, error) {
	if done, ok := layouts.Load(l); ok {
		return done.(*template.Template), nil
	}
	constants := template.FuncMap{
		"mso":    func(part string) template.HTML { return forOutlook[part] },
		"filler": func() template.HTML { return previewFiller },
		"initial": func(title string) string { // stands where others have a picture
			first, _ := utf8.DecodeRuneInString(strings.TrimSpace(title))
			return strings.ToUpper(string(first))
		},
	}
	parsed, err := template.New("layout.html.tmpl").Funcs(constants).Parse(l.dress(layoutHTML))
	if err != nil {
		return nil, err
	}
	done, _ := layouts.LoadOrStore(l, parsed)
	return done.(*template.Template), nil
}

// dress replaces @text, @dark.text and so on.
func (l look) dress(source string) string {
	const sans, serif = "'Helvetica Neue',Helvetica,Arial,sans-serif", "Georgia,'Times New Roman',serif"
	display := sans
	if l.headings == "serif" {
		display = serif
	}
	pairs := append(l.light.tokens("@"), l.dark.tokens("@dark.")...)
	return strings.NewReplacer(append(pairs, "@sans", sans, "@display", display)...).Replace(source)
}

func (p Palette) tokens(prefix string) []string {
	return []string{
		prefix + "accent", p.Accent, prefix + "on-accent", p.OnAccent(), prefix + "background", p.Background,
		prefix + "card", p.Card, prefix + "text", p.Text, prefix + "muted", p.Muted, prefix + "line", p.Line,
	}
}

// forOutlook is what only Outlook for Windows reads (it draws with Word: no max-width, 96 dpi must be
// asked for). html/template strips comments from its source, so they come in as values.
var forOutlook = map[string]template.HTML{
	"head": `<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript>` +
		`<style>td,th,h1,p,div,a{font-family:Arial,sans-serif;}</style><![endif]-->`,
	"open":  `<!--[if mso]><table role="presentation" align="center" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`,
	"close": `<!--[if mso]></td></tr></table><![endif]-->`,
}

// previewFiller keeps the body's first words from running into a short preview in the inbox.
var previewFiller = template.HTML(strings.Repeat("&#847;&zwnj;&nbsp;", 48))
