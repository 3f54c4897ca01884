package email

import (
	"context"
	"net/http"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/words"
)

// Pages serves /c, which notes a click and leads on, /o.gif, which notes an opening, and
// to Amazon's topics /ses, which hears what became of mails.
func (p *postman) Pages() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /c", p.click)
	m.HandleFunc("GET /o.gif", p.opened)
	if p.topics != nil {
		m.Handle("POST /ses", p.topics)
	}
	return m
}

// noting is how long a customer is kept waiting for a click to be noted.
const noting = 2 * time.Second

// click leads on to where the link was made for, also when it has expired: then it is
// not counted any more.
func (p *postman) click(w http.ResponseWriter, r *http.Request) {
	c, err := p.links.Open(forClick, r.URL.Query().Get("t"), p.env.Now())
	if c.URL == "" {
		http.Error(w, "This link is not one of ours, or was cut off on its way.", http.StatusBadRequest)
		return
	}
	if err == nil && r.Method == http.MethodGet {
		data := events.MessageClicked{ActionID: c.Action, Link: c.URL, Provider: name}
		p.note(r.Context(), c, c.Action+"-clicked-"+events.HashOf(c.Action, c.URL), &data)
	}
	private(w.Header())
	http.Redirect(w, r, c.URL, http.StatusFound)
}

// dot is a transparent picture of one pixel.
var dot = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

func (p *postman) opened(w http.ResponseWriter, r *http.Request) {
	c, err := p.links.Open(forOpen, r.URL.Query().Get("t"), p.env.Now())
	if err == nil && r.Method == http.MethodGet {
		p.note(r.Context(), c, c.Action+"-opened", &events.MessageOpened{ActionID: c.Action, Provider: name})
	}
	private(w.Header())
	w.Header().Set("Content-Type", "image/gif")
	w.Write(dot) //nolint:errcheck // the reader is gone
}

// note tells the broker once for each link. A customer is not held up by a broker that
// is away.
func (p *postman) note(ctx context.Context, c words.Claims, id string, data events.FromSource) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noting)
	defer cancel()
	data.Shared().Place = events.PlaceEmail
	if err := p.tell(ctx, id, c.Profile, p.env.Now(), data); err != nil {
		p.env.Log.Warn("not noted", "type", events.Short(data.Type()), "action", c.Action, "error", err)
	}
}

// private keeps the token, which names a profile, from shops' statistics and caches.
func private(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
}
