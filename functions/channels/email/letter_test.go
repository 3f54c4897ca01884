package email

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

// opened is a mail as a mail program reads it.
type opened struct {
	mail.Header
	text, html string
	picture    []byte
	pictureID  string
}

func parse(t *testing.T, raw []byte) opened {
	t.Helper()
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		require.LessOrEqual(t, len(line), 998, "RFC 5322, section 2.1.1")
		require.NotContains(t, line, "\n", "lines end in CRLF")
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	require.NoError(t, err)
	o := opened{Header: m.Header}
	o.part(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
	return o
}

func (o *opened) part(t *testing.T, contentType, encoding, id string, body io.Reader) {
	media, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	if strings.HasPrefix(media, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			require.NoError(t, err)
			o.part(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-ID"), p)
		}
	}
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	default:
		t.Fatalf("%s in %q", media, encoding)
	}
	content, err := io.ReadAll(body)
	require.NoError(t, err)
	switch media {
	case "text/plain":
		require.Equal(t, "UTF-8", params["charset"])
		o.text = string(content)
	case "text/html":
		require.Equal(t, "UTF-8", params["charset"])
		o.html = string(content)
	default:
		o.picture, o.pictureID = content, id
	}
}

// boxed is a channel that puts mails into files.
func boxed(t *testing.T, more ...string) (*channeltest.Shop, string) {
	dir := t.TempDir()
	settings := map[string]string{"OUTBOX": dir, "LINK_KEY": key, "PUBLIC_URL": "https://shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	s := channeltest.Open(t, Spec, settings)
	s.Keep(channeltest.Customer(channeltest.Ann, "email:ann@else.example"))
	return s, dir
}

func mailed(t *testing.T, s *channeltest.Shop, dir string, a action.Action) opened {
	t.Helper()
	after, err := s.Do(a)
	require.NoError(t, err)
	require.Equal(t, action.Sent, after.Status, after.Reason)
	raw, err := os.ReadFile(filepath.Join(dir, a.ID+".eml"))
	require.NoError(t, err)
	return parse(t, raw)
}

func TestAMailProgramReadsTheMail(t *testing.T) {
	s, dir := boxed(t)
	a := letter("one", events.PurposeMarketing)
	m := mailed(t, s, dir, a)

	subject, err := new(mime.WordDecoder).DecodeHeader(m.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Din kurv venter på dig, Åsa", subject)
	from, err := m.AddressList("From")
	require.NoError(t, err)
	require.Equal(t, []*mail.Address{{Name: "Tråd & Træ", Address: "hej@traadogtrae.example"}}, from)
	to, err := m.AddressList("To")
	require.NoError(t, err)
	require.Equal(t, []*mail.Address{{Address: "ann@else.example"}}, to)
	at, err := m.Date()
	require.NoError(t, err)
	require.True(t, a.Created.Equal(at))
	require.Equal(t, "<"+a.ID+"@traadogtrae.example>", m.Get("Message-ID"))
	require.Equal(t, "auto-generated", m.Get("Auto-Submitted"))
	require.Equal(t, "story:marketing:email:traadogtrae.example", m.Get("Feedback-ID"))
	require.Equal(t, a.ID, m.Get("X-Redthread-Action"))
	require.Equal(t, "1.0", m.Get("Mime-Version"))
	require.Empty(t, m.Get("User-Agent")+m.Get("X-Mailer")+m.Get("Reply-To"))

	for _, said := range []string{m.text, m.html} {
		require.Contains(t, said, "Du lod tre ting ligge.")
		require.Contains(t, said, "K7-4402")
		require.Contains(t, said, "https://shop.example/c?t=")
		require.Contains(t, said, "https://shop.example/unsubscribe?t=")
		require.NotContains(t, said, "/o.gif")
	}
	require.Contains(t, m.html, "cid:"+strings.Trim(m.pictureID, "<>"))
	_, err = png.Decode(bytes.NewReader(m.picture))
	require.NoError(t, err, "the QR code travels in the mail")
}

func links(t *testing.T) words.Links {
	t.Helper()
	l, err := words.NewLinks("https://shop.example", [][]byte{[]byte(key)})
	require.NoError(t, err)
	return l
}

func token(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	return u.Query().Get("t")
}

func TestMarketingCanBeUnsubscribedWithOneClick(t *testing.T) {
	s, dir := boxed(t)
	a := letter("one", events.PurposeMarketing)
	m := mailed(t, s, dir, a)
	require.Equal(t, "List-Unsubscribe=One-Click", m.Get("List-Unsubscribe-Post"))
	link := strings.Trim(m.Get("List-Unsubscribe"), "<>")
	require.True(t, strings.HasPrefix(link, "https://shop.example/unsubscribe?t="))
	require.Contains(t, m.text, link, "the mail itself has the same way out")
	claims, err := links(t).Open("unsubscribe", token(t, link), channeltest.Now.AddDate(1, 0, 0))
	require.NoError(t, err, "still good after a year")
	require.Equal(t, words.Claims{Profile: channeltest.Ann, Action: a.ID, Flow: "story", Channel: "email"}, claims)
}

func TestServiceHasNothingToUnsubscribe(t *testing.T) {
	s, dir := boxed(t)
	m := mailed(t, s, dir, letter("one", events.PurposeService))
	require.Empty(t, m.Get("List-Unsubscribe")+m.Get("List-Unsubscribe-Post"))
	require.NotContains(t, m.html, "/unsubscribe")
}

func TestOneClickIsOnlyOfferedWhereItIsEncrypted(t *testing.T) {
	s, dir := boxed(t, "PUBLIC_URL", "http://127.0.0.1:8080")
	m := mailed(t, s, dir, letter("one", events.PurposeMarketing))
	require.Empty(t, m.Get("List-Unsubscribe-Post"))
	link := strings.Trim(m.Get("List-Unsubscribe"), "<>")
	require.True(t, strings.HasPrefix(link, "http://127.0.0.1:8080/unsubscribe?t="), "the mail program leads there")
	require.Contains(t, m.html, link)
}

func TestWhoSendsMailWithoutEncryptedLinksIsTold(t *testing.T) {
	for settings, told := range map[[2]string]bool{
		{"http://shop.example", "smtp://mail.example"}:  true,
		{"https://shop.example", "smtp://mail.example"}: false,
		{"http://127.0.0.1:8080", ""}:                   false, // into files, for trying out
	} {
		var log bytes.Buffer
		f, err := Spec.New(function.Env{Log: slog.New(slog.NewTextHandler(&log, nil)), Override: map[string]map[string]string{
			name: {"PUBLIC_URL": settings[0], "SMTP_URL": settings[1], "LINK_KEY": key, "OUTBOX": t.TempDir()}}})
		require.NoError(t, err)
		if f.Close != nil {
			require.NoError(t, f.Close())
		}
		require.Equal(t, told, strings.Contains(log.String(), "it needs an https PUBLIC_URL"), settings)
	}
}

func TestWhatIsTrackedIsASetting(t *testing.T) {
	for track, want := range map[string][2]bool{"clicks": {true, false}, "clicks,opens": {true, true}, "opens": {false, true}, "none": {false, false}} {
		t.Run(track, func(t *testing.T) {
			s, dir := boxed(t, "TRACK", track)
			m := mailed(t, s, dir, letter("one", events.PurposeService))
			require.Equal(t, want[0], strings.Contains(m.html, "https://shop.example/c?t="))
			require.Equal(t, !want[0], strings.Contains(m.html, "https://shop.example/kurv?a=1&amp;b=2"))
			require.Equal(t, want[1], strings.Contains(m.html, "https://shop.example/o.gif?t="))
		})
	}
}

func TestTheShopsOwnBrand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "brand.yaml")
	require.NoError(t, os.WriteFile(file, []byte(`
name: Garn & Grej
locale: sv
shop_url: https://garn.example
address: Garngatan 1, 211 00 Malmö
sender: {email: hej@garn.example, reply_to: svar@garn.example}
`), 0o600))
	s, dir := boxed(t, "BRAND", file)
	m := mailed(t, s, dir, letter("one", events.PurposeMarketing))
	from, err := m.AddressList("From")
	require.NoError(t, err)
	require.Equal(t, &mail.Address{Name: "Garn & Grej", Address: "hej@garn.example"}, from[0])
	require.Equal(t, "<svar@garn.example>", m.Get("Reply-To"))
	require.True(t, strings.HasSuffix(m.Get("Message-ID"), "@garn.example>"))
}

func TestTheSameMailIsWrittenOnce(t *testing.T) {
	s, dir := boxed(t)
	a := letter("one", events.PurposeMarketing)
	mailed(t, s, dir, a)
	path := filepath.Join(dir, a.ID+".eml")
	before, err := os.Stat(path)
	require.NoError(t, err)
	a.Status, a.Attempts, a.Lease = action.Sending, 1, time.Now().Add(-time.Hour) // a crash before it was marked
	after, err := s.Do(a)
	require.NoError(t, err)
	require.Equal(t, action.Sent, after.Status, "a file is not sent twice, so that nothing is in doubt")
	again, err := os.Stat(path)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, again))
}

func TestAMessageThatCannotBeAMailFails(t *testing.T) {
	s, dir := boxed(t)
	for name, change := range map[string]func(*action.Action){
		"the action holds no message": func(a *action.Action) { a.Content.Message = nil },
		"has several lines":           func(a *action.Action) { a.Content.Message.Subject = "Hej\r\nBcc: all@else.example" },
		"want a full http or https": func(a *action.Action) {
			a.Content.Message.Blocks = []words.Block{words.ButtonTo("x", "javascript:alert(1)")}
		},
	} {
		a := letter(name, events.PurposeService)
		change(&a)
		after, err := s.Do(a)
		require.NoError(t, err)
		require.Equal(t, action.Failed, after.Status)
		require.Contains(t, after.Reason, name)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	require.NoError(t, err)
	require.Empty(t, left)
}

var href = regexp.MustCompile(`https://shop\.example/c\?t=[A-Za-z0-9_%-]+`)
