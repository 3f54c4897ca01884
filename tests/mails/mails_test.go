// Package mails looks at every mail that the flows' stories send, in every language, as
// customers do: on a phone and on a desktop, by day and by night. With SCREENSHOTS set to a
// folder it leaves a picture of each there, for a person to look at.
package mails

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/functions/channels/email"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

// widths are a small phone's and a desktop's, in CSS pixels.
var widths = []int64{360, 1280}

// What a mail must be to be read and used.
const (
	smallest = 13.0 // CSS pixels of a font
	readable = 4.5  // contrast of text (WCAG 2.2, 1.4.3)
	hit      = 40.0 // CSS pixels that is high what a thumb is to hit
)

// torn is a line that ends within an hour, a date, a name, or a number and what it counts.
var torn = regexp.MustCompile(`^(kl\.|nr\.|at|den)\n\d|&\n|\n&|(^|\s)\d{1,4}\n\p{L}|(^|\s)\d{1,2}\.\n\p{Ll}`)

// mails are those of the stories that look otherwise than all before them, by another
// heading or other kinds of blocks, in each language, by flow.story.step.language.
func mails(t *testing.T) map[string]action.Action {
	t.Helper()
	all, seen, chosen := map[string]action.Action{}, map[string]bool{}, map[string]bool{}
	for _, d := range functions.Flows {
		for _, locale := range words.Locales {
			said := flowtest.Said(t, d, filepath.Join("../../functions/flows", d.Name, "testdata"), locale)
			for _, story := range slices.Sorted(maps.Keys(said)) {
				for _, a := range said[story] {
					m := a.Content.Message
					if m == nil || a.Channel != "email" {
						continue
					}
					name := strings.Join([]string{d.Name, story, strings.Fields(cmp.Or(a.Step, "mail"))[0]}, ".")
					if _, again := all[name+"."+m.Locale[:2]]; !again {
						all[name+"."+m.Locale[:2]] = a
					}
					if looks := strings.Join([]string{d.Name, locale, m.Heading, kinds(*m)}, "\n"); !seen[looks] {
						seen[looks], chosen[name] = true, true
					}
				}
			}
		}
	}
	maps.DeleteFunc(all, func(name string, _ action.Action) bool { return !chosen[name[:strings.LastIndexByte(name, '.')]] })
	return all
}

// kinds tells what a message is made of, in order.
func kinds(m words.Message) string {
	var all []byte
	for _, b := range m.Blocks {
		switch {
		case b.Text != "":
			all = append(all, 't')
		case b.Items != nil:
			all = append(all, 'i')
		case b.Button != nil:
			all = append(all, 'b')
		case b.Code != nil:
			all = append(all, 'c')
		case b.Facts != nil:
			all = append(all, 'f')
		default:
			all = append(all, '-')
		}
	}
	return string(all)
}

// server serves each mail under its name, with pictures of its own for its products'.
func server(t *testing.T, all map[string]action.Action) *httptest.Server {
	preview, err := email.NewPreview(function.Env{Override: map[string]map[string]string{"email": {
		"PUBLIC_URL": "https://hello.traadogtrae.example", "LINK_KEY": strings.Repeat("l", 32), "OUTBOX": t.TempDir()}}})
	require.NoError(t, err)
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("GET /picture.png", func(w http.ResponseWriter, _ *http.Request) { w.Write(picture) }) //nolint:errcheck // the page tells
	for name, a := range all {
		message, opts := preview.Letter(a)
		message.Blocks = pictured(message.Blocks, s.URL+"/picture.png")
		html, _, inline, err := words.Email(preview.Brand, message, opts)
		require.NoError(t, err, name)
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, strings.Replace(words.InBrowser(html, inline), "<head>", `<head><link rel="icon" href="data:,">`, 1))
		})
	}
	return s
}

// pictured has the pictures of products come from elsewhere.
func pictured(blocks []words.Block, from string) []words.Block {
	blocks = slices.Clone(blocks)
	for i := range blocks {
		blocks[i].Items = slices.Clone(blocks[i].Items)
		for j := range blocks[i].Items {
			if item := &blocks[i].Items[j]; item.ImageURL != "" {
				item.ImageURL = from
			}
		}
	}
	return blocks
}

// picture is 3 : 2 and checked, so that a wrong aspect would show.
var picture = func() []byte {
	p := image.NewGray(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			p.SetGray(x, y, color.Gray{uint8(120 + 90*((x/20+y/20)%2))})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		panic(err)
	}
	return b.Bytes()
}()

func TestEveryMailIsSaidInEveryLanguage(t *testing.T) {
	all := mails(t)
	for name := range all {
		step := name[:strings.LastIndexByte(name, '.')]
		for _, locale := range words.Locales {
			require.Contains(t, all, step+"."+locale[:2], "only in another language")
		}
	}
	t.Logf("%d mails", len(all))
}

// foreign is how the readers of a language do not write hours, amounts and counts; and what
// nobody writes.
var foreign = map[string]*regexp.Regexp{
	"da": regexp.MustCompile(`\d:\d\d|\d,\d{3}|\bDKK\b|\b1\svarer\b|` + slips),
	"sv": regexp.MustCompile(`\d:\d\d|\d\.\d{3}|\bkr\.|\bSEK\b|\b1\svaror\b|` + slips),
	"en": regexp.MustCompile(`\bkl\.|\d,\d\d\b|\bkr\b|\b1\sitems\b|\w'\w|` + slips),
}

const slips = `[^\s>]  +[^\s]|\{\{|<no value>|%!|\s[,.!?](\s|$)|\.\.(\s|$)`

func TestHoursAmountsAndCountsAreWrittenAsTheReaderDoes(t *testing.T) {
	for name, a := range mails(t) {
		m := a.Content.Message
		said := []string{m.Subject, m.Preview, m.Heading, m.Short}
		for _, b := range m.Blocks {
			said = append(said, b.Text, b.Small)
			for _, i := range b.Items {
				said = append(said, i.Title, i.Detail, i.Price)
			}
			for _, f := range b.Facts {
				said = append(said, f.Label, f.Value)
			}
		}
		for _, text := range said {
			require.NotRegexp(t, foreign[m.Locale[:2]], text, name)
		}
	}
}

func TestEveryMailIsPleasantOnEveryScreenByDayAndByNight(t *testing.T) {
	all := mails(t)
	t.Logf("%d mails are to be looked at, %d times each", len(all), 2*len(widths)) // said also where there is no Chromium
	s := server(t, all)
	p := browser.Look(t, s.URL+"/"+slices.Sorted(maps.Keys(all))[0], widths[0], "light")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			p := p.In(t)
			p.Go(s.URL + "/" + name)
			for _, width := range widths {
				for _, mode := range []string{"light", "dark"} {
					p.View(width, mode)
					if os.Getenv("SCREENSHOTS") != "" {
						p.WholePicture(fmt.Sprintf("%s.%d.%s", name, width, mode))
					}
					pleasant(t, p.Measure(), width, mode)
				}
			}
		})
	}
	p.Quiet(s.URL)
}

func pleasant(t *testing.T, got browser.Measures, width int64, mode string) {
	t.Helper()
	look := fmt.Sprintf("%d px, %s", width, mode)
	require.Equal(t, float64(width), got.Window, look)
	require.LessOrEqual(t, got.Width, got.Window, "%s: scrolls sideways", look)
	require.Empty(t, got.Outside, "%s: sticks out", look)
	require.Equal(t, map[string]string{"light": "rgb(244, 239, 230)", "dark": "rgb(23, 20, 18)"}[mode], got.Ground, look)
	require.Empty(t, got.Unnamed, "%s: has no name", look)
	require.Greater(t, len(got.Texts), 5, look)
	for _, x := range got.Texts {
		require.GreaterOrEqual(t, x.Size, smallest, "%s: %q is too small", look, x.Text)
		require.GreaterOrEqual(t, x.Contrast, readable, "%s: %q is too pale", look, x.Text)
	}
	for _, b := range got.Breaks {
		require.NotRegexp(t, torn, b, "%s: a line ends within what is read as one", look)
	}
	for _, i := range got.Images {
		require.NotEmpty(t, i.Alt, "%s: a picture says nothing", look)
		require.True(t, i.Loaded && i.Width >= 16 && i.Height >= 16, "%s: picture %q is %v by %v, loaded %v", look, i.Alt, i.Width, i.Height, i.Loaded)
	}
	links := got.Tagged("a") // with a mouse, only the buttons are to be large
	if width < 600 {
		links = got.Links
	}
	for _, l := range links {
		require.GreaterOrEqual(t, l.Height, hit, "%s: %q is hard to hit", look, l.Text)
	}
}
