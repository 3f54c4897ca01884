package browser

import (
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// Worker is a page's service worker, which may show notifications.
type Worker struct {
	page   *Page
	origin string
	id     serviceworker.RegistrationID
}

// Worker registers the script at a path of the page's origin, and waits until it is
// active. The page then has its registration as window.registration.
func (p *Page) Worker(origin, path string) *Worker {
	p.t.Helper()
	ids := make(chan serviceworker.RegistrationID, 16)
	require.NoError(p.t, chromedp.Listen(p.ctx, func(ev any) {
		if e, ok := ev.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				if r.ScopeURL == origin+"/" {
					ids <- r.RegistrationID
				}
			}
		}
	}))
	_, err := chromedp.Call(p.ctx, cdpbrowser.SetPermission, cdpbrowser.SetPermissionParams{Origin: origin,
		Permission: &cdpbrowser.PermissionDescriptor{Name: "notifications"}, Setting: cdpbrowser.PermissionSettingGranted})
	require.NoError(p.t, err)
	_, err = chromedp.Call(p.ctx, serviceworker.Enable, cdp.Empty{})
	require.NoError(p.t, err)
	Ask[bool](p, "navigator.serviceWorker.register('"+path+"'), navigator.serviceWorker.ready.then((r) => { window.registration = r }), true")
	p.Await("window.registration")
	select {
	case id := <-ids:
		return &Worker{p, origin, id}
	case <-time.After(10 * time.Second):
		require.FailNow(p.t, "no service worker was registered", path)
		return nil
	}
}

// Push brings the worker a push message, decrypted, as the browser's push service would.
func (w *Worker) Push(text string) {
	w.page.t.Helper()
	message := serviceworker.DeliverPushMessageParams{Origin: w.origin, RegistrationID: w.id, Data: text}
	_, err := chromedp.Call(w.page.ctx, serviceworker.DeliverPushMessage, message)
	require.NoError(w.page.t, err)
}
