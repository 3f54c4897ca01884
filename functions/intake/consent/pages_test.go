package consent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/words"
)

func TestLinksThatAreNoneAreAnsweredKindly(t *testing.T) {
	s := open(t)
	id := s.anna()
	good := s.letterLink(id, "email")
	expired := s.clerk.links.Sign("unsubscribe", "unsubscribe", words.Claims{Profile: id, Channel: "email"}, s.clock().Add(-time.Second))
	for name, c := range map[string]struct {
		link   string
		status int
		says   string
	}{
		"cut off":          {good[:len(good)-4], 400, "Det link virker ikke"},
		"without a token":  {"https://shop.example/unsubscribe", 400, "Det link virker ikke"},
		"for another page": {strings.Replace(good, "unsubscribe", "resubscribe", 1), 400, "Det link virker ikke"},
		"of nobody":        {s.letterLink("", "email"), 400, "Det link virker ikke"},
		"expired":          {expired, 410, "Linket er for gammelt"},
		"very long":        {"https://shop.example/unsubscribe?t=" + strings.Repeat("A", 9000), 400, "Det link virker ikke"},
		"markup":           {"https://shop.example/unsubscribe?t=%3Cscript%3E", 400, "Det link virker ikke"},
	} {
		t.Run(name, func(t *testing.T) {
			at := s.web()(c.link)
			for _, visit := range []func() (*http.Response, string){
				func() (*http.Response, string) { return s.fetch(at) },
				func() (*http.Response, string) { return s.post(at, oneClick) },
			} {
				res, text := visit()
				require.Equal(t, c.status, res.StatusCode)
				require.Contains(t, text, c.says)
				require.Contains(t, text, "https://traadogtrae.example/kontakt")
				require.NotContains(t, text, "<script")
			}
			require.Contains(t, s.consented(id), "email")
		})
	}
}

func TestALinkOfWhoWasMergedOrErasedStillWorks(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	ids, err := s.clerk.ids(t.Context(), id)
	require.NoError(t, err)
	page := s.web()(s.letterLink(ids[1], "email"))
	res, _ := s.post(page, oneClick)
	require.Equal(t, 200, res.StatusCode)
	require.NotContains(t, s.consented(id), "email")

	s.pass(time.Hour)
	s.asksToBeErased()
	after := s.everything()
	for _, visit := range []func() (*http.Response, string){
		func() (*http.Response, string) { return s.fetch(page) },
		func() (*http.Response, string) { return s.post(page, oneClick) },
	} {
		res, text := visit()
		require.Equal(t, 200, res.StatusCode)
		require.Contains(t, text, "Du er afmeldt")
		require.NotContains(t, text, "<form")
	}
	require.Equal(t, after, s.everything())
}

func TestAPageIsInTheCustomersLanguage(t *testing.T) {
	for _, c := range []struct{ locale, browser, says, lang string }{
		{"sv-SE", "en", "Vill du inte höra mer från oss?", "sv"},
		{"en-GB", "da", "Would you rather not hear from us?", "en"},
		{"", "sv, en;q=0.5", "Vill du inte höra mer från oss?", "sv"},
		{"", "nb", "Vil du ikke høre mere fra os?", "da"},
		{"", "de, fr;q=0.9", "Vil du ikke høre mere fra os?", "da"},
		{"pl", "en", "Vil du ikke høre mere fra os?", "da"},
		{"", "not a language!", "Vil du ikke høre mere fra os?", "da"},
	} {
		t.Run(c.locale+" "+c.browser, func(t *testing.T) {
			s := open(t)
			view := events.ProductViewed{Common: who("email", "anna@shop.example"), SKU: "chair"}
			view.Locale = c.locale
			s.tell(s.said(view))
			req, err := http.NewRequest("GET", s.web()(s.letterLink(s.owner("email", "anna@shop.example"), "email")), nil)
			require.NoError(t, err)
			req.Header.Set("Accept-Language", c.browser)
			res, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			defer res.Body.Close()
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.Contains(t, string(text), c.says)
			require.Contains(t, string(text), `<html lang="`+c.lang+`">`)
		})
	}
}

func TestPagesAreKeptFromStrangers(t *testing.T) {
	s := open(t)
	res, text := s.fetch(s.web()(s.letterLink(s.anna(), "email")))
	h := res.Header
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$`, h.Get("Content-Security-Policy"))
	require.Equal(t, "no-store", h.Get("Cache-Control"))
	require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	require.Equal(t, "text/html; charset=utf-8", h.Get("Content-Type"))
	require.Empty(t, res.Cookies())
	require.NotRegexp(t, `(?i)<(script|img|link|iframe)|src=|@import|url\(`, text, "nothing is loaded from anywhere")
	require.NotContains(t, text, "anna@shop.example")
}

func TestWhenSomethingIsAwayThePageSaysSo(t *testing.T) {
	s := open(t)
	id := s.anna()
	link := s.letterLink(id, "email")
	for name, break_ := range map[string]func(c *clerk){
		"store":  func(c *clerk) { c.env.Store = &failing{storetest.Failing(s.raw, 1)} },
		"broker": func(c *clerk) { c.env.Emit = func(context.Context, events.Event) error { return errors.New("away") } },
	} {
		t.Run(name, func(t *testing.T) {
			c := s.another(s.raw)
			break_(c)
			f, err := c.function()
			require.NoError(t, err)
			w := httptest.NewRecorder()
			r := httptest.NewRequest("POST", strings.TrimPrefix(link, "https://shop.example"), strings.NewReader("List-Unsubscribe=One-Click"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			f.Pages.ServeHTTP(w, r)
			require.Equal(t, http.StatusServiceUnavailable, w.Code)
			require.Contains(t, w.Body.String(), "Der er intet ændret endnu")
		})
	}
	require.Contains(t, s.consented(id), "email")
}

type failing struct{ store.Store }

func FuzzNoTokenAndNoBodyBreaksAPage(f *testing.F) {
	f.Add("", "")
	f.Add("AQ", "scope=all")
	f.Add("%00", "List-Unsubscribe=One-Click")
	f.Fuzz(func(t *testing.T, token, body string) {
		s := open(&testing.T{})
		for _, path := range []string{"/unsubscribe", "/resubscribe", "/export"} {
			for _, method := range []string{"GET", "POST"} {
				r := httptest.NewRequest(method, path, strings.NewReader(body))
				r.URL.RawQuery = "t=" + url.QueryEscape(token)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				w := httptest.NewRecorder()
				s.consent.Pages.ServeHTTP(w, r)
				if w.Code != 400 && w.Code != 405 {
					t.Fatal(fmt.Sprint(method, path, w.Code))
				}
			}
		}
	})
}
