package console

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// policy lets the page load its own files and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// hosts are the names under which the page may be asked for. A page of somebody else's
// can make its own name point here (DNS rebinding), but then the browser says that name.
type hosts struct {
	name string // what is listened on
	any  bool   // all of the machine's addresses are
}

func hostsOf(addr string) hosts {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		host = addr
	}
	ip := net.ParseIP(host)
	return hosts{name: strings.ToLower(host), any: addr != "" && (host == "" || ip != nil && ip.IsUnspecified())}
}

// allow tells whether a Host header is one of ours. An address in digits cannot be
// made to point elsewhere, so that where all addresses are listened on any will do.
func (h hosts) allow(header string) bool {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if ip := net.ParseIP(host); ip != nil {
		return h.any || ip.IsLoopback() || host == h.name
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host != "" && host == h.name
}

// guard keeps other web pages out, which the browser of whoever runs this would let
// in: loopback does not stop them.
func (c *Console) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case !c.hosts.allow(r.Host):
			http.Error(w, fmt.Sprintf("the page is not served as %q: use localhost, or start with -addr HOST:PORT", r.Host), http.StatusForbidden)
		case foreign(r):
			http.Error(w, "only the console's own page may ask for this", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign tells whether the browser says that another site asks (Fetch Metadata). A
// link from there to the page itself may be followed.
func foreign(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") != "cross-site" {
		return false
	}
	return r.URL.Path != "/" || r.Header.Get("Sec-Fetch-Mode") != "navigate"
}
