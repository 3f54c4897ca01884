package console

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// window is a page in headless Chromium, and what it complained of or asked for.
type window struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
	requests   []string
}

// look opens the page of a town.
func look(t *testing.T, address string, width int64, mode string) *window {
	t.Helper()
	w := &window{t: t, ctx: chromium(t)}
	require.NoError(t, chromedp.Listen(w.ctx, w.hear))
	_, err := chromedp.Call(w.ctx, network.Enable, network.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(w.ctx, log.Enable, cdp.Empty{})
	require.NoError(t, err)
	w.size(width, mode)
	w.do(chromedp.Navigate(address))
	return w
}

func (w *window) hear(ev any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		w.requests = append(w.requests, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		w.complaints = append(w.complaints, "console."+string(e.Type))
	case *runtime.EventExceptionThrown:
		w.complaints = append(w.complaints, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		w.complaints = append(w.complaints, e.Entry.Text+" "+e.Entry.URL)
	}
}

func (w *window) size(width int64, mode string) {
	phone := func(p *emulation.SetDeviceMetricsOverrideParams, _ *emulation.SetTouchEmulationEnabledParams) {
		p.Mobile = width < 600
	}
	w.do(chromedp.EmulateViewport(width, 860, phone))
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: mode}}}
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, media)
	require.NoError(w.t, err)
}

func (w *window) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	require.NoError(w.t, chromedp.Do(w.ctx, steps...))
}

// ask evaluates an expression in the page.
func ask[T any](w *window, expression string) T {
	w.t.Helper()
	got, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](expression))
	require.NoError(w.t, err, expression)
	return got
}

// await waits until an expression is true in the page.
func (w *window) await(expression string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return ask[bool](w, "!!("+expression+")") }, 10*time.Second, 40*time.Millisecond, expression)
}

// quiet requires that the page complained of nothing and asked nobody else.
func (w *window) quiet(address string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(w.t, w.complaints)
	require.NotEmpty(w.t, w.requests)
	for _, url := range w.requests {
		require.Regexp(w.t, "^("+address+"/|data:)", url)
	}
}

// picture leaves a picture in the folder SCREENSHOTS, if there is one.
func (w *window) picture(name string) {
	w.t.Helper()
	if folder := os.Getenv("SCREENSHOTS"); folder != "" {
		shot, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
		require.NoError(w.t, err)
		require.NoError(w.t, os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o644))
	}
}

// browser is one Chromium for all tests, started by the first that looks.
var browser struct {
	once    sync.Once
	ctx     context.Context
	err     error
	folder  string
	cancels []context.CancelFunc
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, cancel := range slices.Backward(browser.cancels) {
		cancel()
	}
	for range 100 { // Chromium's children may still write in it
		if browser.folder == "" || os.RemoveAll(browser.folder) == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	os.Exit(code)
}

// chromium opens a tab of its own for a test.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the console is not looked at in a browser")
	}
	browser.once.Do(func() { browser.err = start(path) })
	require.NoError(t, browser.err)
	ctx, cancel := chromedp.NewContext(browser.ctx)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx))
	return ctx
}

func start(path string) error {
	folder, err := os.MkdirTemp("", "console-chromium")
	if err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(folder),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	all, stopAll := context.WithTimeout(context.Background(), 4*time.Minute)
	process, stopProcess := chromedp.NewExecAllocator(all, options...)
	first, stopFirst := chromedp.NewContext(process)
	browser.ctx, browser.folder = first, folder
	browser.cancels = []context.CancelFunc{stopAll, stopProcess, stopFirst}
	return chromedp.Do(first)
}
