package push

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// toBrowser asks the browser's push service to bring it a notification (RFC 8030, section 5).
func (p *post) toBrowser(ctx context.Context, to events.Subscription, n notification, text []byte) error {
	sealed, err := seal(to, text)
	if err != nil {
		return function.Never(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Endpoint.String(), bytes.NewReader(sealed))
	if err != nil {
		return function.Never(err)
	}
	authorization, err := p.vapid.authorization(to.Endpoint)
	if err != nil {
		return function.Never(err)
	}
	req.Header.Set("Authorization", authorization)
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("User-Agent", "redthread")
	for header, value := range p.wishes(n) {
		req.Header.Set(header, value)
	}
	provider := to.Endpoint.Hostname()
	a, err := channel.Ask(p.client, provider, req, channel.Brief)
	if err != nil {
		return err
	}
	said := fmt.Errorf("%s answered %d %s%s", provider, a.Status, http.StatusText(a.Status), reason(a.Body))
	if a.Status == http.StatusNotFound || a.Status == http.StatusGone {
		return gone{said}
	}
	if a.Status == http.StatusNotAcceptable && strings.HasSuffix(provider, ".notify.windows.com") {
		return &channel.Fault{After: silence, Err: said} // Microsoft's word for too much
	}
	return a.Judge(said)
}

// wishes say how it is to be brought: for how long, how urgently, and in the place of
// which former one that has not been brought yet (RFC 8030, sections 5.2 to 5.4). A tag has
// the letters and the length that a topic may have.
func (p *post) wishes(n notification) map[string]string {
	urgency := "normal"
	if n.marketing {
		urgency = "low"
	}
	return map[string]string{"TTL": strconv.Itoa(int(p.wait(n).Seconds())), "Urgency": urgency, "Topic": n.Tag}
}

// wait is how long a device that is off is waited for: not beyond what is of use.
func (p *post) wait(n notification) time.Duration {
	if n.until.IsZero() {
		return p.ttl
	}
	return max(0, min(p.ttl, n.until.Sub(p.env.Now())))
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// reason is the push service's own word for what is wrong: Apple's reason, or Mozilla's errno.
func reason(body []byte) string {
	var said struct {
		Reason string `json:"reason"`
		Errno  int    `json:"errno"`
	}
	switch err := json.Unmarshal(body, &said); {
	case err != nil:
	case said.Reason != "" && strings.Trim(said.Reason, letters) == "":
		return ", " + said.Reason
	case said.Errno != 0:
		return fmt.Sprint(", errno ", said.Errno)
	}
	return ""
}

// Pages serves /push/key, with which the shop's pages subscribe browsers.
func (p *post) Pages() http.Handler {
	m := http.NewServeMux()
	if p.vapid != nil {
		m.HandleFunc("GET /push/key", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("Access-Control-Allow-Origin", "*") // it is no secret
			fmt.Fprintln(w, p.vapid.public)
		})
	}
	return m
}
