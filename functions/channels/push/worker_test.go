package push

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/tests/browser"
)

func TestMain(m *testing.M) { browser.Main(m) }

// block is one of docs/push.md.
func block(t *testing.T, title string) string {
	t.Helper()
	doc, err := os.ReadFile("../../../docs/push.md")
	require.NoError(t, err)
	found := regexp.MustCompile("(?s)```" + regexp.QuoteMeta(title) + "\n(.*?)```").FindSubmatch(doc)
	require.NotNil(t, found, title)
	return string(found[1])
}

// tapped has the page tap a notification's button, which nobody can do from outside: the
// worker opens no window, and tells where it would have led.
const tapped = `
self.addEventListener('message', ({ data, source }) => self.registration.getNotifications().then(([notification]) => {
  self.clients.openWindow = (url) => source.postMessage(url);
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification, action: data }));
}));`

// Chromium's push service is not asked, but what it would bring is brought to the
// service worker of the documentation.
func TestChromiumShowsWhatIsPushedByTheServiceWorkerOfTheDocumentation(t *testing.T) {
	files := map[string][2]string{
		"/":        {"text/html", `<!doctype html><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1>`},
		"/push.js": {"text/javascript", block(t, "js push.js") + tapped},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", files[r.URL.Path][0])
		w.Write([]byte(files[r.URL.Path][1])) //nolint:errcheck // the browser is gone
	}))
	defer server.Close()
	p := browser.Look(t, server.URL, 390, "light")
	worker := p.Worker(server.URL, "/push.js")
	browser.Ask[bool](p, "window.shown = [], setInterval(async () => { window.shown = await registration.getNotifications() }, 200), true")

	writes, err := newWriter(settings{PublicURL: server.URL, LinkKey: linkKey})
	require.NoError(t, err)
	write := func(subject string, purpose events.Purpose) notification {
		d := channel.Delivery{Action: message(purpose), Profile: new(channeltest.Customer(channeltest.Ann))}
		d.Action.Content.Message.Subject = subject
		n, text, err := writes.write(d)
		require.NoError(t, err)
		worker.Push(string(text))
		p.Await("window.shown.some((n) => n.title === '" + subject + "')")
		return n
	}
	write("Din ordre er klar", events.PurposeService)
	n := write("Din ordre venter", events.PurposeMarketing)
	require.Equal(t, []string{n.Title, n.Body, n.Tag, n.Lang}, browser.Ask[[]string](p, "((n) => [n.title, n.body, n.tag, n.lang])(window.shown[0])"))
	require.Equal(t, 1, browser.Ask[int](p, "window.shown.length"), "the later takes the place of the former")
	require.Equal(t, []string{n.Actions[0].Title}, browser.Ask[[]string](p, "window.shown[0].actions.map((a) => a.title)"))

	for button, url := range map[string]string{wayOut: n.Actions[0].Navigate, "": n.Navigate} {
		browser.Ask[bool](p, "window.led = '', navigator.serviceWorker.onmessage = (e) => { window.led = e.data }, registration.active.postMessage('"+button+"'), true")
		p.Await("window.led")
		require.Equal(t, url, browser.Ask[string](p, "window.led"))
		worker.Push(`{"notification":{"title":"again","navigate":"` + n.Navigate + `","tag":"` + n.Tag + `","actions":[{"action":"unsubscribe","title":"Afmeld","navigate":"` + n.Actions[0].Navigate + `"}]}}`)
		p.Await("window.shown.some((n) => n.title === 'again')")
	}
}

func TestTheEventOfTheDocumentationIsTaken(t *testing.T) {
	var e events.Event
	require.NoError(t, e.UnmarshalJSON([]byte(block(t, "json event"))))
	require.NoError(t, events.Check(e, channeltest.Now))
	data, err := events.Decode[events.ConsentChanged](e)
	require.NoError(t, err)
	token, err := events.Normalise(events.IDPushToken, data.Customer[events.IDPushToken], "DK")
	require.NoError(t, err)
	known, err := readServices([]string{"*.push.services.mozilla.com"})
	require.NoError(t, err)
	to, err := (&post{vapid: &vapid{}, services: known}).device(token)
	require.NoError(t, err)
	require.Equal(t, "push.services.mozilla.com", to.provider)
}
