package words

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

const pictures = "https://traadogtrae.example/img"

func TestEmailLooksAsInTheGoldenFiles(t *testing.T) {
	for _, locale := range Locales {
		basket, basketOpts := basketMail(t, locale, pictures)
		pickup, pickupOpts := pickupMail(t, locale)
		for name, mail := range map[string]struct {
			m    Message
			opts EmailOptions
		}{"basket": {basket, basketOpts}, "pickup": {pickup, pickupOpts}} {
			t.Run(name+"."+locale, func(t *testing.T) {
				html, text, _, err := Email(DefaultBrand(), mail.m, mail.opts)
				require.NoError(t, err)
				golden(t, name+"."+locale+".html", html)
				golden(t, name+"."+locale+".txt", text)
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test ./shared/words -update")
	require.Equal(t, string(want), got, "run go test ./shared/words -update if this is meant")
}

func TestEmailIsForCommonMailPrograms(t *testing.T) {
	m, opts := basketMail(t, "sv-SE", pictures)
	page, text, _, err := Email(DefaultBrand(), m, opts)
	require.NoError(t, err)

	require.Less(t, len(page), gmailClips)
	require.Contains(t, page, `<html lang="sv"`)
	require.Contains(t, page, "<!--[if mso]><table", "Outlook gets a table of 600 pixels, since it ignores max-width")
	require.Contains(t, page, "mso-padding-alt", "Outlook ignores padding on the button's link")
	require.Contains(t, page, `name="color-scheme" content="light dark"`)
	require.NotContains(t, page, "ZgotmplZ", "html/template has taken nothing for unsafe")
	require.NotContains(t, page, "<script")
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, "https://") {
			require.LessOrEqual(t, len([]rune(line)), lineWidth, line)
		}
	}
	for _, style := range styles(t, page) {
		require.Less(t, len(style), 8<<10, "Gmail drops a style sheet of more than 8 KB")
		require.Equal(t, 0, strings.Count(style, "{")-strings.Count(style, "}"))
	}
	for _, img := range elements(t, page, "img") {
		for _, attribute := range []string{"src", "alt", "width", "height"} {
			_, ok := attr(img, attribute)
			require.True(t, ok, "img without %s: %v", attribute, img.Attr)
		}
	}
}

func TestEmailSaysTheSameInHTMLAndText(t *testing.T) {
	m, opts := basketMail(t, "en", pictures)
	page, text, _, err := Email(DefaultBrand(), m, opts)
	require.NoError(t, err)
	seen := visible(t, page)
	squeezed := strings.Join(strings.Fields(text), " ")
	for _, fact := range []string{
		"Hello Åsa <3,", "Lænestol i ask & uldplaid “Fjord”", "In stock in Tråd & Træ, Nørrebro", "1,299.00", "Back to the basket",
		"3 December 2026", "21:30", "said yes to hearing from Tråd & Træ", "Rødtrådsgade 12", "Unsubscribe", "kundeservice@traadogtrae.example",
	} {
		require.Contains(t, seen, fact)
		require.Contains(t, squeezed, fact)
	}
	for _, link := range append([]string{opts.UnsubscribeURL, opts.PreferencesURL}, linksOf(m)...) {
		require.Contains(t, hrefs(t, page), link)
		require.Contains(t, text, link)
	}
}

func TestEmailEscapesEverything(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>{{.}}`
	brand := DefaultBrand()
	brand.Name, brand.Address, brand.Contact.Phone = evil, evil, evil
	brand.Logo = Logo{URL: "https://x.example/" + `"onerror=x`, Width: 10, Height: 10}
	m := Message{Subject: evil, Preview: evil, Heading: evil, Blocks: []Block{
		Paragraph(evil), SmallPrint(evil), CodeToShow(evil, true), Facts(Fact{evil, evil}),
		Items(Item{Title: evil, Detail: evil, Price: evil, ImageURL: `https://x.example/"onerror="x`, URL: `https://x.example/?"onclick="x`}),
		ButtonTo(evil, `https://x.example/'"><script>`),
	}}
	page, _, _, err := Email(brand, m, EmailOptions{Why: evil})
	require.NoError(t, err)
	require.Empty(t, elements(t, page, "script"))
	for _, name := range []string{"img", "a", "td", "body", "table"} {
		for _, e := range elements(t, page, name) {
			for _, a := range e.Attr {
				require.False(t, strings.HasPrefix(a.Key, "on"), "%s has %s=%q", name, a.Key, a.Val)
			}
		}
	}
}

func TestEmailRefuses(t *testing.T) {
	ok := Message{Subject: "Hello", Blocks: []Block{Paragraph("Hello")}}
	bare := DefaultBrand()
	bare.Address = ""
	unstyled := DefaultBrand()
	unstyled.Colors.Accent = "red;} body{display:none"
	long := Message{Subject: "Hello", Blocks: []Block{Paragraph(strings.Repeat("wool ", 25_000))}}
	for name, c := range map[string]struct {
		brand Brand
		m     Message
		opts  EmailOptions
		want  string
	}{
		"marketing mail nobody can unsubscribe from": {DefaultBrand(), ok, EmailOptions{Marketing: true}, "needs an unsubscribe URL"},
		"marketing mail without a postal address":    {bare, ok, EmailOptions{Marketing: true, UnsubscribeURL: "https://x.example/u"}, "needs the shop's postal address"},
		"an unsubscribe link that is a script":       {DefaultBrand(), ok, EmailOptions{UnsubscribeURL: "javascript:alert(1)"}, `unsubscribe URL is "javascript:alert(1)"`},
		"a colour that is a style sheet":             {unstyled, ok, EmailOptions{}, "colors.accent is"},
		"a mail Gmail would cut":                     {DefaultBrand(), long, EmailOptions{}, "want less than 104448"},
		"a message without subject":                  {DefaultBrand(), Message{}, EmailOptions{}, "subject is empty"},
		"a code too long for a QR code":              {DefaultBrand(), Message{Subject: "x", Blocks: []Block{CodeToShow(strings.Repeat("x", 4000), true)}}, EmailOptions{}, "blocks[0].code: QR code of 4000 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			page, text, _, err := Email(c.brand, c.m, c.opts)
			require.ErrorContains(t, err, c.want)
			require.Empty(t, page+text)
		})
	}
}

func TestEmailShowsTheFirstItemsAndCountsTheRest(t *testing.T) {
	m := Message{Locale: "sv", Subject: "Varukorg", Blocks: []Block{Items(make([]Item, 500)...)}}
	for i := range m.Blocks[0].Items {
		m.Blocks[0].Items[i].Title = "Garn"
	}
	page, text, _, err := Email(DefaultBrand(), m, EmailOptions{})
	require.NoError(t, err)
	require.Equal(t, shownItems, strings.Count(text, "* Garn"))
	require.Contains(t, page, "… och 488 varor till")
	require.Contains(t, text, "… och 488 varor till")
}

func BenchmarkEmail(b *testing.B) {
	m, opts := basketMail(b, "da", pictures)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := Email(DefaultBrand(), m, opts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEmailWithQR(b *testing.B) {
	m, opts := pickupMail(b, "da")
	for b.Loop() {
		if _, _, _, err := Email(DefaultBrand(), m, opts); err != nil {
			b.Fatal(err)
		}
	}
}

func elements(t *testing.T, page, name string) (found []*html.Node) {
	root, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

func styles(t *testing.T, page string) (found []string) {
	for _, s := range elements(t, page, "style") {
		found = append(found, s.FirstChild.Data)
	}
	require.NotEmpty(t, found)
	return found
}

func hrefs(t *testing.T, page string) (found []string) {
	for _, a := range elements(t, page, "a") {
		href, _ := attr(a, "href")
		found = append(found, href)
	}
	return found
}

func visible(t *testing.T, page string) string {
	var words []string
	for n := range elements(t, page, "body")[0].Descendants() {
		if n.Type == html.TextNode {
			words = append(words, strings.Fields(n.Data)...)
		}
	}
	return strings.Join(words, " ")
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func linksOf(m Message) (found []string) {
	m.WithLinks(func(url string) string {
		found = append(found, url)
		return url
	})
	return found
}
