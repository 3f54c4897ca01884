// Package browser lets tests look at pages as people do, in headless Chromium. It is
// imported by tests only. One Chromium serves all tests of a package; each look is a
// tab of its own. A package that uses it has
//
//	func TestMain(m *testing.M) { browser.Main(m) }
package browser

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// names are what Chromium is called on the machines we know.
var names = []string{"chromium", "chromium-browser", "google-chrome"}

// chromium is the one of this process, started by the first test that looks.
var chromium struct {
	once    sync.Once
	err     error
	ctx     context.Context
	folder  string
	cancels []context.CancelFunc
}

// Main runs the tests of a package, ends the browser if one looked, and exits.
func Main(m *testing.M) {
	code := m.Run()
	for _, cancel := range slices.Backward(chromium.cancels) {
		cancel()
	}
	for range 100 { // Chromium's children may still write in it
		if chromium.folder == "" || os.RemoveAll(chromium.folder) == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	os.Exit(code)
}

// tab opens a tab for a test, which is skipped where there is no Chromium.
func tab(t testing.TB) context.Context {
	t.Helper()
	path := find()
	if path == "" {
		t.Skipf("no chromium on this machine (looked for %s): pages and mails are not looked at in a browser", strings.Join(names, ", "))
	}
	chromium.once.Do(func() { chromium.err = start(path) })
	require.NoError(t, chromium.err, "start %s", path)
	limited, cancel := context.WithTimeout(chromium.ctx, 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(limited)
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx), "open a tab")
	return ctx
}

func find() string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// start starts Chromium, which calls nobody of its own accord and leaves nothing behind.
func start(path string) error {
	folder, err := os.MkdirTemp("", "redthread-chromium")
	if err != nil {
		return err
	}
	chromium.folder = folder
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(folder),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	process, stopProcess := chromedp.NewExecAllocator(context.Background(), options...)
	first, stopFirst := chromedp.NewContext(process)
	chromium.ctx, chromium.cancels = first, []context.CancelFunc{stopProcess, stopFirst}
	return chromedp.Do(first)
}
