package consent

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
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

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	s := open(t)
	id := s.anna()
	res, _ := s.post(s.web()(s.letterLink(id, "email")), url.Values{"scope": {strings.Repeat("x", 10_000)}})
	require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
	require.Contains(t, s.consented(id), "email")
}

// A till that takes local time for UTC says yes two hours from now.
func TestANoOutweighsAYesByAClockThatIsAhead(t *testing.T) {
	s := open(t)
	id := s.livesHere()
	yes, err := events.New("/till", "yes", s.clock().Add(2*time.Hour), events.ConsentChanged{Common: who("email", "anna@shop.example"),
		Channel: events.ConsentEmail, Purpose: events.PurposeMarketing, Granted: true})
	require.NoError(t, err)
	s.tell(yes)
	address := s.web()
	page := address(s.letterLink(id, "email"))
	_, text := s.post(page, oneClick)
	require.NotContains(t, s.consented(id), "email")

	s.pass(time.Minute)
	s.post(s.next(page, text), nil)
	require.Contains(t, s.consented(id), "email", "and can be undone")
}
