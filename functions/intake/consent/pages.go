package consent

import (
	"errors"
	"net/http"

	"redthread.dev/shared/words"
)

// The pages, as their texts are called.
const (
	pageAsk     = "ask"
	pageDone    = "done"
	pageBack    = "back"
	pageExpired = "expired"
	pageForged  = "forged"
	pageAway    = "away"
	pageGone    = "gone"
)

// desk serves the pages.
type desk struct {
	*clerk
	*look
}

// pages are what customers see: the page to unsubscribe on, the way back, and the
// download of an export. The token in the link is all the authority there is, so
// there are no cookies and nothing to forge across sites.
func (c *clerk) pages() (http.Handler, error) {
	l, err := newLook(c.brand)
	if err != nil {
		return nil, err
	}
	d := &desk{c, l}
	m := http.NewServeMux()
	m.HandleFunc("GET /unsubscribe", d.opened(toUnsubscribe, d.ask))
	m.HandleFunc("POST /unsubscribe", d.opened(toUnsubscribe, d.unsubscribe))
	m.HandleFunc("GET /resubscribe", d.opened(toResubscribe, d.askBack))
	m.HandleFunc("POST /resubscribe", d.opened(toResubscribe, d.resubscribe))
	m.HandleFunc("GET /export", d.opened(toExport, d.download))
	return m, nil
}

// visit is a request with a link that was opened.
type visit struct {
	*http.Request
	token  string
	claims words.Claims
}

// maxBody is how much of a form is read, in bytes.
const maxBody = 8 << 10

// opened opens the link before a page is shown. One that was not signed here for this
// is answered 400, one past its time 410.
func (d *desk) opened(purpose string, serve func(http.ResponseWriter, *visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v := &visit{Request: r, token: r.URL.Query().Get("t")}
		var err error
		v.claims, err = d.links.Open(purpose, v.token, d.env.Now())
		switch {
		case errors.Is(err, words.ErrExpired):
			d.show(w, http.StatusGone, d.voice(r, ""), pageExpired, nil)
		case err != nil || v.claims.Profile == "":
			d.show(w, http.StatusBadRequest, d.voice(r, ""), pageForged, nil)
		default:
			serve(w, v)
		}
	}
}

// away answers that something did not work, and logs what.
func (d *desk) away(w http.ResponseWriter, v *visit, locale string, err error) {
	d.env.Log.Error("page failed", "page", v.URL.Path, "profile", v.claims.Profile, "err", err)
	d.show(w, http.StatusServiceUnavailable, d.voice(v.Request, locale), pageAway, nil)
}
