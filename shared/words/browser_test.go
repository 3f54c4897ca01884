package words

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// measure looks at a mail as a person would: how wide, how small, how pale, how hard to hit.
const measure = `(() => {
  const rgba = s => (s.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, style = getComputedStyle(e), text = walk.currentNode.textContent.trim();
    if (!text || !e.getClientRects().length || style.opacity === '0') continue;
    const a = light(rgba(style.color)), b = light(ground(e));
    texts.push({ text, size: parseFloat(style.fontSize), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) });
  }
  const images = [...document.images].map(i => ({ alt: i.alt, width: i.getBoundingClientRect().width, loaded: i.naturalWidth > 0 }));
  const b = document.querySelector('a.button').getBoundingClientRect();
  return { width: document.documentElement.scrollWidth, window: innerWidth, ground: getComputedStyle(document.body).backgroundColor, button: { height: b.height, width: b.width }, texts, images };
})()`

type seen struct {
	Width, Window float64
	Ground        string
	Button        struct{ Height, Width float64 }
	Texts         []struct {
		Text           string
		Size, Contrast float64
	}
	Images []struct {
		Alt    string
		Width  float64
		Loaded bool
	}
}

func TestEmailIsPleasantInABrowser(t *testing.T) {
	ctx := browser(t)
	shop := httptest.NewServer(mails(t))
	t.Cleanup(shop.Close)
	for _, mail := range []string{"basket", "pickup"} {
		for _, locale := range Locales {
			for _, width := range []int64{360, 1024} {
				for _, mode := range []string{"light", "dark"} {
					name := fmt.Sprintf("%s.%s.%d.%s", mail, locale, width, mode)
					t.Run(name, func(t *testing.T) {
						got := visit(t, ctx, shop.URL+"/"+mail+"."+locale, width, mode, name)
						require.Equal(t, float64(width), got.Window)
						require.LessOrEqual(t, got.Width, got.Window, "scrolls sideways")
						require.GreaterOrEqual(t, got.Button.Height, 44.0, "hard to hit with a thumb")
						if width == 360 {
							require.Greater(t, got.Button.Width, 250.0, "the button fills a phone")
						}
						require.Equal(t, map[string]string{"light": "rgb(244, 239, 230)", "dark": "rgb(23, 20, 18)"}[mode], got.Ground)
						require.Greater(t, len(got.Texts), 10)
						for _, text := range got.Texts {
							require.GreaterOrEqual(t, text.Size, 14.0, text.Text)
							require.GreaterOrEqual(t, text.Contrast, readable, text.Text)
						}
						for _, img := range got.Images {
							require.True(t, img.Loaded, "picture %q is broken", img.Alt)
						}
					})
				}
			}
		}
	}
}

// visit opens a page and measures it. With SCREENSHOTS=folder it also leaves a picture there.
func visit(t *testing.T, ctx context.Context, url string, width int64, mode, name string) seen {
	t.Helper()
	phone := func(p *emulation.SetDeviceMetricsOverrideParams, _ *emulation.SetTouchEmulationEnabledParams) {
		p.Mobile = width < 600
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: mode}}}
	require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 800, phone)))
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media)
	require.NoError(t, err)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(url)))
	got, err := chromedp.Run(ctx, chromedp.Evaluate[seen](measure))
	require.NoError(t, err)
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o644))
	}
	return got
}

func browser(t *testing.T) context.Context {
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the mails are not looked at in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(profileDir(t)),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

// profileDir is an empty folder that is removed although Chromium's children may still write in it.
func profileDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "words-chromium")
	require.NoError(t, err)
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, 10*time.Second, 50*time.Millisecond)
	})
	return dir
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
