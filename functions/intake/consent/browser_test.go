package consent

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// measure looks at a page as a person would: what is said, how wide it is, and whether
// it can be read and hit.
const measure = `(() => {
  const rgba = s => (s.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const f = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const pale = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.textContent.trim();
    if (!text) continue;
    const a = light(rgba(getComputedStyle(e).color)), b = light(ground(e));
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5 || parseFloat(getComputedStyle(e).fontSize) < 14) pale.push(text);
  }
  const low = [...document.querySelectorAll('button, label')].filter(e => e.getBoundingClientRect().height < 44).map(e => e.textContent);
  return { heading: document.querySelector('h1').textContent, width: document.documentElement.scrollWidth, window: innerWidth,
    ground: getComputedStyle(document.body).backgroundColor, buttons: document.querySelectorAll('button').length, pale, low };
})()`

type seen struct {
	Heading, Ground string
	Width, Window   float64
	Buttons         int
	Pale, Low       []string
}

func TestThePageIsPleasantInABrowser(t *testing.T) {
	ctx := browser(t)
	for _, locale := range []string{"da", "sv", "en"} {
		for _, width := range []int64{320, 1024} {
			for _, mode := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s.%d.%s", locale, width, mode), func(t *testing.T) {
					s := open(t)
					yes := events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "email", Purpose: "marketing", Granted: true}
					yes.Locale = locale
					s.tell(s.said(yes))
					s.pass(time.Minute)
					id := s.owner("email", "anna@shop.example")
					phone := func(p *emulation.SetDeviceMetricsOverrideParams, _ *emulation.SetTouchEmulationEnabledParams) {
						p.Mobile = width < 600
					}
					require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 800, phone)))
					media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: mode}}}
					_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media)
					require.NoError(t, err)

					require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(s.web()(s.letterLink(id, "email")))))
					name := fmt.Sprintf("%s.%d.%s", locale, width, mode)
					s.looks(ctx, t, "ask."+name, mode)
					require.Contains(t, s.consented(id), "email")
					press(ctx, t)
					s.looks(ctx, t, "done."+name, mode)
					require.Empty(t, s.consented(id))
					s.pass(time.Minute)
					press(ctx, t)
					s.looks(ctx, t, "back."+name, mode)
					require.Equal(t, []string{"email"}, s.consented(id))
				})
			}
		}
	}
}

// press presses the button of the page, and waits for the next one.
func press(ctx context.Context, t *testing.T) {
	click := chromedp.Evaluate[chromedp.Void]("document.querySelector('button').click()")
	_, err := chromedp.RunResponse(ctx, click)
	require.NoError(t, err)
}

// looks requires that the page in the browser can be read and used. With
// SCREENSHOTS=folder it also leaves a picture there.
func (s *shop) looks(ctx context.Context, t *testing.T, name, mode string) {
	t.Helper()
	kind, rest, _ := strings.Cut(name, ".")
	locale, _, _ := strings.Cut(rest, ".")
	got, err := chromedp.Run(ctx, chromedp.Evaluate[seen](measure))
	require.NoError(t, err)
	look, err := newLook(s.clerk.brand)
	require.NoError(t, err)
	heading, err := look.texts.In(locale).Say(kind+".heading", nil)
	require.NoError(t, err)
	require.Equal(t, heading, got.Heading)
	require.LessOrEqual(t, got.Width, got.Window, "scrolls sideways")
	require.Equal(t, map[string]string{"light": "rgb(244, 239, 230)", "dark": "rgb(23, 20, 18)"}[mode], got.Ground, "the style was taken")
	require.Empty(t, got.Pale, "cannot be read")
	require.Empty(t, got.Low, "hard to hit with a thumb")
	require.Equal(t, map[string]int{"ask": 1, "done": 1, "back": 0}[kind], got.Buttons)
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o644))
	}
}

func browser(t *testing.T) context.Context {
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the pages are not looked at in a browser")
	}
	dir, err := os.MkdirTemp("", "consent-chromium")
	require.NoError(t, err)
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, 10*time.Second, 50*time.Millisecond)
	})
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(dir),
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
