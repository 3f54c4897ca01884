package consent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/words"
)

// letterLink is what a mail's unsubscribe link is, as the email channel signs it.
func (s *shop) letterLink(id, channel string) string {
	return s.clerk.links.Sign("/unsubscribe", "unsubscribe", words.Claims{Profile: id, Action: "letter-1", Flow: "story", Channel: channel}, s.clock().Add(365*24*time.Hour))
}

func (s *shop) post(url string, form url.Values) (*http.Response, string) {
	s.Helper()
	res, err := http.PostForm(url, form)
	require.NoError(s, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(s, err)
	return res, string(text)
}

// consented tells which channels may be used for marketing.
func (s *shop) consented(id string) []string {
	p := s.profile(id)
	var all []string
	for _, ch := range every {
		if granted, _ := p.Consented(ch, events.PurposeMarketing); granted {
			all = append(all, string(ch))
		}
	}
	return all
}

var (
	oneClick = url.Values{"List-Unsubscribe": {"One-Click"}}
	formTo   = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
)

// next is where the form of a page leads.
func (s *shop) next(page, text string) string {
	s.Helper()
	found := formTo.FindStringSubmatch(text)
	require.NotNil(s, found, "no form on the page: %s", text)
	base, err := url.Parse(page)
	require.NoError(s, err)
	to, err := base.Parse(html.UnescapeString(found[1]))
	require.NoError(s, err)
	return to.String()
}

func TestOnlyAPostUnsubscribes(t *testing.T) {
	s := open(t)
	id := s.anna()
	page := s.web()(s.letterLink(id, "email"))
	for range 3 {
		res, text := s.fetch(page)
		require.Equal(t, 200, res.StatusCode)
		require.Contains(t, text, "Reklame på e-mail fra Tråd &amp; Træ")
		require.Equal(t, page, s.next(page, text))
	}
	res, err := http.Head(page)
	require.NoError(t, err)
	require.Equal(t, 200, res.StatusCode)
	require.Len(t, heard[events.ConsentChanged](s), 2, "her first word, raw and resolved")
	require.Contains(t, s.consented(id), "email")

	s.pass(time.Minute)
	res, text := s.post(page, oneClick)
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, text, "Du er afmeldt")
	require.Equal(t, []string{"sms", "push", "phone", "post", "ads"}, s.consented(id))
}

func TestOneClickIsUnderstoodInBothEncodings(t *testing.T) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(t, form.WriteField("List-Unsubscribe", "One-Click"))
	require.NoError(t, form.Close())
	for contentType, body := range map[string]string{
		form.FormDataContentType():          body.String(),
		"application/x-www-form-urlencoded": "List-Unsubscribe=One-Click",
	} {
		s := open(t)
		id := s.anna()
		s.pass(time.Minute)
		res, err := http.Post(s.web()(s.letterLink(id, "email")), contentType, strings.NewReader(body))
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode)
		require.Empty(t, res.Cookies())
		said := heard[events.ConsentChanged](s)
		require.Equal(t, events.ConsentChanged{Common: who("profile", id), Channel: "email", Purpose: "marketing", Evidence: events.Evidence{Form: "one-click"}}, said[len(said)-1])
		require.Equal(t, []string{"email:anna@shop.example", "profile:" + id}, s.profile(id).Consents[0].Identifiers)
	}
}

func TestTheUnsubscriptionStopsWhatWaits(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.deed(id, "mail", "email", letterTo("Anna"))
	s.pass(time.Minute)
	s.post(s.web()(s.letterLink(id, "email")), oneClick)
	require.Equal(t, action.Cancelled, s.action("mail").Status)
}

func TestOneMayUnsubscribeFromAllAtOnce(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.pass(time.Minute)
	s.post(s.web()(s.letterLink(id, "email")), url.Values{"scope": {"all"}})
	require.Empty(t, s.consented(id))
	require.Equal(t, "page", s.profile(id).Consents[0].Evidence.Form)
}

func TestADoubleClickIsOne(t *testing.T) {
	s := open(t)
	id := s.anna()
	s.pass(time.Minute)
	functions := s.functions
	s.functions = nil // the broker has it, but nobody has seen to it yet
	page := s.web()(s.letterLink(id, "email"))
	for range 3 {
		res, _ := s.post(page, oneClick)
		require.Equal(t, 200, res.StatusCode)
	}
	clicks := s.told[len(s.told)-3:]
	s.functions = functions
	before := s.counts()["journal"]
	s.tell(clicks...)
	require.Equal(t, clicks[0].ID(), clicks[2].ID())
	require.Equal(t, before+1, s.counts()["journal"])
}

func TestWhatWasTakenCanBeGivenBackAndTakenAgain(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "email", Purpose: "marketing", Granted: true}))
	s.tell(s.said(events.ConsentChanged{Common: who("email", "anna@shop.example"), Channel: "ads", Purpose: "marketing", Granted: true}))
	id := s.owner("email", "anna@shop.example")
	page := s.web()(s.letterLink(id, "email"))
	for range 2 {
		s.pass(time.Minute)
		_, text := s.post(page, url.Values{"scope": {"all"}})
		require.Empty(t, s.consented(id))
		undo := s.next(page, text)

		s.pass(time.Minute)
		_, text = s.fetch(undo)
		require.Empty(t, s.consented(id), "the way back is not gone by looking at it")
		require.Equal(t, undo, s.next(undo, text))
		for range 2 {
			res, text := s.post(undo, nil)
			require.Equal(t, 200, res.StatusCode)
			require.Contains(t, text, "Velkommen tilbage")
		}
		require.Equal(t, []string{"email", "ads"}, s.consented(id), "as it was, and no more than that")
		require.Equal(t, "undo", s.profile(id).Consents[0].Evidence.Form)
	}
}

func TestTheWayBackIsOpenForADay(t *testing.T) {
	s := open(t)
	id := s.anna()
	page := s.web()(s.letterLink(id, "email"))
	s.pass(time.Minute)
	_, text := s.post(page, oneClick)
	s.pass(25 * time.Hour)
	res, _ := s.post(s.next(page, text), nil)
	require.Equal(t, http.StatusGone, res.StatusCode)
	require.NotContains(t, s.consented(id), "email")
}

func TestWhoHadGivenNothingIsOfferedNoWayBack(t *testing.T) {
	s := open(t)
	s.tell(s.said(events.ProductViewed{Common: who("email", "anna@shop.example"), SKU: "chair"}))
	id := s.owner("email", "anna@shop.example")
	_, text := s.post(s.web()(s.letterLink(id, "email")), oneClick)
	require.Contains(t, text, "Du er afmeldt")
	require.NotContains(t, text, "<form")
}

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

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	s := open(t)
	id := s.anna()
	res, _ := s.post(s.web()(s.letterLink(id, "email")), url.Values{"scope": {strings.Repeat("x", 10_000)}})
	require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	require.Contains(t, s.consented(id), "email")
}

func TestAnUnsubscriptionIsNeverRefusedForItsForm(t *testing.T) {
	for name, body := range map[string]string{"nothing": "", "something else": "foo=bar", "garbage": "%zz"} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			id := s.anna()
			s.pass(time.Minute)
			res, err := http.Post(s.web()(s.letterLink(id, "email")), "application/x-www-form-urlencoded", strings.NewReader(body))
			require.NoError(t, err)
			require.Equal(t, 200, res.StatusCode)
			require.NotContains(t, s.consented(id), "email")
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
