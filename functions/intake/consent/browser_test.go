package consent

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

func TestThePageIsPleasantInABrowser(t *testing.T) {
	for _, locale := range []string{"da", "sv", "en"} {
		for _, width := range []int64{320, 1024} {
			for _, mode := range []string{"light", "dark"} {
				name := fmt.Sprintf("%s.%d.%s", locale, width, mode)
				t.Run(name, func(t *testing.T) {
					s := open(t)
					yes := events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "email", Purpose: "marketing", Granted: true}
					yes.Locale = locale
					s.tell(s.said(yes))
					s.pass(time.Minute)
					id := s.owner("email", "anna@shop.example")

					page := s.web()(s.letterLink(id, "email"))
					p := browser.Look(t, page, width, mode)
					s.looks(p, "ask."+name)
					require.Contains(t, s.consented(id), "email")
					p.Follow("button")
					s.looks(p, "done."+name)
					require.Empty(t, s.consented(id))
					s.pass(time.Minute)
					p.Follow("button")
					s.looks(p, "back."+name)
					require.Equal(t, []string{"email"}, s.consented(id))
				})
			}
		}
	}
}

// looks requires that the page in the browser can be read and used. Its name is kind,
// locale, width and mode, with points between.
func (s *shop) looks(p *browser.Page, name string) {
	s.Helper()
	parts := strings.Split(name, ".")
	kind, locale, mode := parts[0], parts[1], parts[3]
	p.WholePicture(name)
	look, err := newLook(s.clerk.brand)
	require.NoError(s, err)
	heading, err := look.texts.In(locale).Say(kind+".heading", nil)
	require.NoError(s, err)
	require.Equal(s, heading, browser.Ask[string](p, "document.querySelector('h1').textContent"))
	got := p.Measure()
	require.LessOrEqual(s, got.Width, got.Window, "scrolls sideways")
	require.Equal(s, parts[2], fmt.Sprint(got.Window))
	require.Equal(s, map[string]string{"light": "rgb(244, 239, 230)", "dark": "rgb(23, 20, 18)"}[mode], got.Ground, "the style was taken")
	require.Greater(s, len(got.Texts), 2)
	for _, text := range got.Texts {
		require.GreaterOrEqual(s, text.Contrast, 4.5, text.Text)
		require.GreaterOrEqual(s, text.Size, 14.0, text.Text)
	}
	for _, x := range got.Tagged("button", "label") {
		require.GreaterOrEqual(s, x.Height, 44.0, "%q is hard to hit with a thumb", x.Text)
	}
	require.Empty(s, got.Unnamed, "has no name")
	require.Len(s, got.Tagged("button"), map[string]int{"ask": 1, "done": 1, "back": 0}[kind])
}
