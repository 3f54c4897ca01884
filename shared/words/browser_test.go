package words

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

func TestEmailIsPleasantInABrowser(t *testing.T) {
	shop := httptest.NewServer(mails(t))
	t.Cleanup(shop.Close)
	for _, mail := range []string{"basket", "pickup"} {
		for _, locale := range Locales {
			for _, width := range []int64{360, 1024} {
				for _, mode := range []string{"light", "dark"} {
					name := fmt.Sprintf("%s.%s.%d.%s", mail, locale, width, mode)
					t.Run(name, func(t *testing.T) {
						p := browser.Look(t, shop.URL+"/"+mail+"."+locale, width, mode)
						p.WholePicture(name)
						got := p.Measure()
						require.Equal(t, float64(width), got.Window)
						require.LessOrEqual(t, got.Width, got.Window, "scrolls sideways")
						require.Equal(t, map[string]string{"light": "rgb(244, 239, 230)", "dark": "rgb(23, 20, 18)"}[mode], got.Ground)
						pleasant(t, got)
					})
				}
			}
		}
	}
}

// pleasant requires that a mail can be read and its button be hit, and shows its pictures.
func pleasant(t *testing.T, mail browser.Measures) {
	t.Helper()
	buttons := mail.Tagged("a")
	require.Len(t, buttons, 1)
	require.GreaterOrEqual(t, buttons[0].Height, 44.0, "hard to hit with a thumb")
	if mail.Window == 360 {
		require.Greater(t, buttons[0].Width, 250.0, "the button fills a phone")
	}
	require.Empty(t, mail.Unnamed, "has no name")
	require.Greater(t, len(mail.Texts), 10)
	for _, text := range mail.Texts {
		require.GreaterOrEqual(t, text.Size, 14.0, text.Text)
		require.GreaterOrEqual(t, text.Contrast, readable, text.Text)
	}
	for _, img := range mail.Images {
		require.True(t, img.Loaded, "picture %q is broken", img.Alt)
	}
}

// mails serves /basket.da and so on, and pictures for them.
func mails(t *testing.T) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, locale, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), ".")
		m, opts := basketMail(t, locale, "http://"+r.Host+"/img")
		if kind == "pickup" {
			m, opts = pickupMail(t, locale)
		}
		if strings.HasPrefix(kind, "img/") {
			_ = png.Encode(w, swatch())
			return
		}
		html, _, inline, err := Email(DefaultBrand(), m, opts)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(InBrowser(html, inline)))
	})
}

// swatch is a woven-looking picture of 300 × 200, so that a wrong aspect would show.
func swatch() image.Image {
	picture := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			c := color.RGBA{0xd8, 0xc3, 0xa5, 0xff}
			if (x/10+y/10)%2 == 0 {
				c = color.RGBA{0xc2, 0x4d, 0x4a, 0xff}
			}
			picture.Set(x, y, c)
		}
	}
	return picture
}
