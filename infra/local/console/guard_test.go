package console

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store/memory"
)

func TestThePageIsServedUnderItsOwnNamesOnly(t *testing.T) {
	for _, c := range []struct {
		name, addr, host string
		served           bool
	}{
		{"loopback with a port", "127.0.0.1:8080", "127.0.0.1:8080", true},
		{"loopback through another port", "127.0.0.1:8080", "127.0.0.1:9999", true},
		{"localhost", "127.0.0.1:8080", "localhost:8080", true},
		{"localhost with a dot at its end", "127.0.0.1:8080", "LocalHost.:8080", true},
		{"a name below localhost", "127.0.0.1:8080", "shop.localhost", true},
		{"loopback of IPv6", "[::1]:8080", "[::1]:8080", true},
		{"the name that is listened on", "demo.example:8080", "Demo.example:8080", true},
		{"the address that is listened on", "192.0.2.7:8080", "192.0.2.7:8080", true},
		{"another address", "192.0.2.7:8080", "192.0.2.8:8080", false},
		{"any address when all are listened on", ":8080", "192.0.2.8:8080", true},
		{"any address when all are listened on, written out", "0.0.0.0:8080", "[2001:db8::1]:8080", true},
		{"a stranger's name that points here", "127.0.0.1:8080", "evil.example:8080", false},
		{"a stranger's name, when all are listened on", "0.0.0.0:8080", "evil.example:8080", false},
		{"a name that only begins like ours", "127.0.0.1:8080", "localhost.evil.example", false},
		{"an address in a stranger's name", "127.0.0.1:8080", "127.0.0.1.evil.example", false},
		{"no name", "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := New(Config{Store: memory.New(), Addr: c.addr})
			for _, path := range []string{"/", "/api/state", "/mail/x", "/assets/app.js"} {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Host = c.host
				w := httptest.NewRecorder()
				k.ServeHTTP(w, r)
				require.Equal(t, !c.served, w.Code == http.StatusForbidden, "%s: %d %s", path, w.Code, w.Body)
			}
		})
	}
}

func TestOtherSitesMayOnlyLinkToThePage(t *testing.T) {
	k := New(Config{Store: memory.New()})
	ask := func(path, site, mode string) int {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost:8080"
		r.Header.Set("Sec-Fetch-Site", site)
		r.Header.Set("Sec-Fetch-Mode", mode)
		w := httptest.NewRecorder()
		k.ServeHTTP(w, r)
		return w.Code
	}
	require.Equal(t, http.StatusOK, ask("/", "cross-site", "navigate"))
	require.Equal(t, http.StatusForbidden, ask("/", "cross-site", "no-cors"))
	require.Equal(t, http.StatusForbidden, ask("/api/state", "cross-site", "cors"))
	require.Equal(t, http.StatusForbidden, ask("/mail/x", "cross-site", "navigate"))
	require.Equal(t, http.StatusOK, ask("/api/state", "same-origin", "cors"))
	require.Equal(t, http.StatusOK, ask("/api/state", "none", "navigate"))
}

func TestNothingIsChangedAndNobodyElseMayRead(t *testing.T) {
	k := New(Config{Store: memory.New()})
	for _, path := range []string{"/", "/api/state", "/api/mails"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			r := httptest.NewRequest(method, path, nil)
			r.Host = "localhost"
			w := httptest.NewRecorder()
			k.ServeHTTP(w, r)
			require.Equal(t, http.StatusMethodNotAllowed, w.Code, "%s %s", method, path)
		}
		w := get(t, k, path)
		require.Equal(t, http.StatusOK, w.Code)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'")
		require.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe")
		require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
}

func TestAssetsAreAskedForAgainAndNotSentTwice(t *testing.T) {
	k := New(Config{Store: memory.New()})
	first := get(t, k, "/assets/app.js")
	require.Equal(t, http.StatusOK, first.Code)
	require.Equal(t, "text/javascript; charset=utf-8", first.Header().Get("Content-Type"))
	r := httptest.NewRequest(http.MethodGet, "/assets/app.js", nil)
	r.Host = "localhost"
	r.Header.Set("If-None-Match", first.Header().Get("ETag"))
	again := httptest.NewRecorder()
	k.ServeHTTP(again, r)
	require.Equal(t, http.StatusNotModified, again.Code)
	require.Zero(t, again.Body.Len())
	for _, path := range []string{"/assets/index.html", "/assets/none.js", "/assets/..%2fpage.go"} {
		require.Equal(t, http.StatusNotFound, get(t, k, path).Code, path)
	}
}
