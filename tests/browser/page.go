package browser

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Page is a tab, and what the pages in it complained of or asked for. What goes wrong
// with it ends the test it was opened for.
type Page struct {
	t   testing.TB
	ctx context.Context
	*heard
}

type heard struct {
	mu         sync.Mutex
	complaints []string
	requests   []string
}

// Look opens a page in a tab of its own, which is closed when the test ends. Width and
// mode are as of View. Where there is no Chromium, the test is skipped.
func Look(t testing.TB, address string, width int64, mode string) *Page {
	t.Helper()
	p := &Page{t, tab(t), new(heard)}
	require.NoError(t, chromedp.Listen(p.ctx, p.hear))
	_, err := chromedp.Call(p.ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(p.ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	p.View(width, mode)
	p.Go(address)
	return p
}

// Go opens another page in the same tab.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(address))
}

// In is the same page for a part of its test: what goes wrong with it ends that part.
func (p *Page) In(part testing.TB) *Page { return &Page{part, p.ctx, p.heard} }

func (h *heard) hear(ev any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		h.requests = append(h.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		h.complaints = append(h.complaints, "console."+string(e.Type))
	case *runtime.EventExceptionThrown:
		h.complaints = append(h.complaints, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		h.complaints = append(h.complaints, e.Entry.Text+" "+e.Entry.URL)
	}
}

// View makes the window so many CSS pixels wide, a phone's below 600, for somebody who
// prefers "light" or "dark" colours.
func (p *Page) View(width int64, mode string) {
	p.t.Helper()
	require.Contains(p.t, []string{"light", "dark"}, mode)
	phone := func(m *emulation.SetDeviceMetricsOverrideParams, _ *emulation.SetTouchEmulationEnabledParams) {
		m.Mobile = width < 600
	}
	p.Do(chromedp.EmulateViewport(width, 860, phone))
	p.Prefer("prefers-color-scheme", mode)
}

// Prefer sets one media feature, such as prefers-reduced-motion, and unsets others.
func (p *Page) Prefer(feature, value string) {
	p.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}
	_, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, media)
	require.NoError(p.t, err)
}

// Do does steps one after the other.
func (p *Page) Do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.ctx, steps...))
}

// Click clicks on the first element of a CSS selector.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.Do(chromedp.Click(chromedp.CSS(selector)))
}

// Follow clicks on the first element of a CSS selector, and waits for the page that it
// leads to.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	_, err := chromedp.RunResponse(p.ctx, chromedp.Click(chromedp.CSS(selector)))
	require.NoError(p.t, err, selector)
}

// Ask evaluates an expression in the page.
func Ask[T any](p *Page, expression string) T {
	p.t.Helper()
	got, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression))
	require.NoError(p.t, err, expression)
	return got
}

// Await waits until an expression is true in the page, at most ten seconds.
func (p *Page) Await(expression string) {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return Ask[bool](p, "!!("+expression+")") }, 10*time.Second, 40*time.Millisecond, expression)
}

// Quiet requires that the page complained of nothing, and asked nobody but the server
// at an address.
func (p *Page) Quiet(address string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, p.complaints)
	require.NotEmpty(p.t, p.requests)
	for _, url := range p.requests {
		require.Regexp(p.t, "^("+address+"/|data:)", url)
	}
}

// Picture leaves a picture of what is on the screen, name.png, in the folder
// SCREENSHOTS, if that is set.
func (p *Page) Picture(name string) {
	p.t.Helper()
	p.shoot(name, chromedp.CaptureScreenshot())
}

// WholePicture is Picture of the page from top to bottom.
func (p *Page) WholePicture(name string) {
	p.t.Helper()
	p.shoot(name, chromedp.FullScreenshot(100))
}

func (p *Page) shoot(name string, how chromedp.Action[[]byte]) {
	p.t.Helper()
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		require.NoError(p.t, os.MkdirAll(folder, 0o755))
		shot, err := chromedp.Run(p.ctx, how)
		require.NoError(p.t, err)
		require.NoError(p.t, os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o644))
	}
}
