package email

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

const key = "0123456789abcdef0123456789abcdef"

var login = url.UserPassword("shop", password).String()

// posting is a channel that posts to the office in the given way, "smtp://%s@%s?starttls=required".
func posting(t *testing.T, o *office, way string, more ...string) *channeltest.Shop {
	t.Helper()
	at := o.addr
	if strings.HasPrefix(way, "smtps") {
		at = o.smtps
	}
	settings := map[string]string{"SMTP_URL": fmt.Sprintf(way, login, at), "SMTP_CA": o.ca, "LINK_KEY": key, "PUBLIC_URL": "https://shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	s := channeltest.Open(t, Spec, settings)
	s.Keep(channeltest.Customer(channeltest.Ann, "email:ann@else.example"))
	return s
}

const encrypted = "smtp://%s@%s"

func letter(step string, purpose events.Purpose) action.Action {
	return channeltest.Action("email", step, purpose, action.Content{Message: &words.Message{
		Locale: "da-DK", Subject: "Din kurv venter på dig, Åsa", Preview: "Tre ting", Heading: "Hej", Short: "Din kurv venter",
		Blocks: []words.Block{words.Paragraph("Du lod tre ting ligge."), words.ButtonTo("Til kurven", "https://shop.example/kurv?a=1&b=2"),
			words.CodeToShow("K7-4402", true)},
	}})
}

func TestMailGoesOutEncryptedAndSignedIn(t *testing.T) {
	for _, way := range []string{encrypted, "smtp://%s@%s?starttls=required", "smtp://%s@%s?starttls=optional", "smtps://%s@%s"} {
		t.Run(way, func(t *testing.T) {
			o := openOffice(t, nil)
			s := posting(t, o, way)
			a, err := s.Do(letter("one", events.PurposeMarketing))
			require.NoError(t, err)
			require.Equal(t, action.Sent, a.Status, a.Reason)
			require.Equal(t, "smtp", a.Provider)
			require.Equal(t, "<"+a.ID+"@traadogtrae.example>", a.Reference)
			got := o.inbox()
			require.Len(t, got, 1)
			require.True(t, got[0].encrypted)
			require.Equal(t, []string{"shop", "hej@traadogtrae.example", "ann@else.example"}, []string{got[0].user, got[0].from, got[0].to})
		})
	}
}

func TestALineIsUsedAgain(t *testing.T) {
	o := openOffice(t, nil)
	s := posting(t, o, encrypted)
	for n := range 5 {
		_, err := s.Do(letter(fmt.Sprint(n), events.PurposeMarketing))
		require.NoError(t, err)
	}
	require.Len(t, o.inbox(), 5)
	require.Len(t, o.lines, 2, "one line: before it was encrypted, and after")

	o.lines[1].Conn().Close() // the server hangs up on an idle line
	_, err := s.Do(letter("after", events.PurposeMarketing))
	require.NoError(t, err, "a dead line is noticed before anything is said on it")
	require.Len(t, o.inbox(), 6)
}

func TestManyMailsAtOnce(t *testing.T) {
	o := openOffice(t, nil)
	s := posting(t, o, encrypted, "CONCURRENCY", "4")
	var all sync.WaitGroup
	for n := range 30 {
		a := letter(fmt.Sprint(n), events.PurposeMarketing)
		s.Keep(a)
		all.Go(func() {
			_, err := s.Ask(a)
			require.NoError(t, err)
		})
	}
	all.Wait()
	require.Len(t, o.inbox(), 30)
	require.LessOrEqual(t, len(o.lines), 8, "no more lines than sends at a time")
}

func TestWhatTheServerSaysDecides(t *testing.T) {
	said := func(code int, e smtp.EnhancedCode, text string) error {
		return &smtp.SMTPError{Code: code, EnhancedCode: e, Message: text}
	}
	for name, c := range map[string]struct {
		err    error
		status action.Status
		reason string
		bounce string
	}{
		"user unknown":      {said(550, smtp.EnhancedCode{5, 1, 1}, "<ann@else.example>: User unknown"), action.Failed, `sending SMTP RCPT TO command: 550 "5.1.1 <…>: User unknown"`, "550 5.1.1"},
		"no such domain":    {said(550, smtp.EnhancedCode{5, 1, 2}, "Host unknown"), action.Failed, `550 "5.1.2 Host unknown"`, "550 5.1.2"},
		"unknown, no code":  {said(550, smtp.NoEnhancedCode, "no mailbox here"), action.Failed, `550 "no mailbox here"`, "550"},
		"against policy":    {said(550, smtp.EnhancedCode{5, 7, 1}, "Looks like spam"), action.Failed, `550 "5.7.1 Looks like spam"`, ""},
		"mailbox full":      {said(552, smtp.EnhancedCode{5, 2, 2}, "Mailbox full"), action.Failed, `552 "5.2.2 Mailbox full"`, ""},
		"greylisted":        {said(451, smtp.EnhancedCode{4, 7, 1}, "Try again later"), action.Requested, `451 "4.7.1 Try again later"`, ""},
		"shutting down":     {said(421, smtp.EnhancedCode{4, 3, 2}, "Going down"), action.Requested, `421 "4.3.2 Going down"`, ""},
		"who are you again": {said(530, smtp.EnhancedCode{5, 7, 0}, "Authentication required"), action.Requested, `530 "5.7.0`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := openOffice(t, nil)
			o.onRcpt = func(string) error { return c.err }
			s := posting(t, o, encrypted)
			a, err := s.Do(letter("one", events.PurposeMarketing))
			require.Equal(t, c.status, a.Status)
			require.Contains(t, a.Reason, c.reason)
			require.NotContains(t, a.Reason+s.Logged(), "ann@else.example")
			require.Equal(t, c.status == action.Requested, err != nil)
			if c.bounce == "" {
				require.Empty(t, s.Emitted())
				return
			}
			require.Len(t, s.Emitted(), 1)
			e := s.Emitted()[0]
			require.Equal(t, a.ID+"-bounced", e.ID())
			bounced, err := events.Decode[events.MessageBounced](e)
			require.NoError(t, err)
			require.Equal(t, events.MessageBounced{Common: events.Common{Customer: events.Identifiers{"profile": channeltest.Ann}},
				ActionID: a.ID, Kind: events.BounceHard, Reason: c.bounce, Provider: "smtp"}, bounced)
		})
	}
}

// What a server has against the shop's own address, all mails have: it says nothing of any one
// customer, and the mails go out once somebody has seen to it.
func TestARefusalOfTheSenderIsNoneOfTheMail(t *testing.T) {
	for _, refused := range []*smtp.SMTPError{
		{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "Sender address rejected: User unknown"},
		{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Sender address rejected: not owned by user shop"},
		{Code: 554, EnhancedCode: smtp.NoEnhancedCode, Message: "Message rejected: Email address is not verified"},
	} {
		o := openOffice(t, nil)
		o.onMail = func() error { return refused }
		s := posting(t, o, encrypted)
		a, err := s.Do(letter("one", events.PurposeMarketing))
		require.ErrorContains(t, err, fmt.Sprint(refused.Code))
		require.Equal(t, action.Requested, a.Status, a.Reason)
		require.Empty(t, s.Emitted())
	}
}

func TestALineThatGoesDeadAfterTheLastWord(t *testing.T) {
	for purpose, want := range map[events.Purpose]action.Status{events.PurposeMarketing: action.Unknown, events.PurposeService: action.Requested} {
		t.Run(string(purpose), func(t *testing.T) {
			o := openOffice(t, nil)
			o.onData = func(c *smtp.Conn) error { return c.Conn().Close() }
			s := posting(t, o, encrypted)
			a, err := s.Do(letter("one", purpose))
			require.Equal(t, want, a.Status, "the server has it, but did not say so")
			require.Len(t, o.inbox(), 1)
			o.onData = nil
			reply, again := s.Ask(a)
			require.NoError(t, again)
			if purpose == events.PurposeMarketing {
				require.NoError(t, err)
				require.Equal(t, a.ID+"-failed", reply.ID())
				require.Len(t, o.inbox(), 1)
				return
			}
			require.Error(t, err)
			require.Len(t, o.inbox(), 2)
			for _, m := range o.inbox() {
				require.Contains(t, string(m.text), "Message-ID: <"+a.ID+"@traadogtrae.example>", "so that it can be told for one")
			}
		})
	}
}

func TestServersThatAreAwayHangOrAreNotToBeTrusted(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer silent.Close()
	away, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	away.Close()
	trusted := openOffice(t, nil)
	bare := openOffice(t, func(s *smtp.Server) { s.TLSConfig = nil })
	for name, c := range map[string]struct{ url, ca, want string }{
		"away":                         {"smtp://" + login + "@" + away.Addr().String(), "", "connection refused"},
		"says nothing":                 {"smtp://" + login + "@" + silent.Addr().String(), "", "deadline exceeded"},
		"a certificate of its own":     {"smtp://" + login + "@" + trusted.addr, "", "certificate"},
		"no encryption where required": {"smtp://" + login + "@" + bare.addr, "", "does not support STARTTLS"},
		"a wrong password":             {"smtps://shop:wrong@" + trusted.smtps, trusted.ca, "535 \"5.7.8"},
	} {
		t.Run(name, func(t *testing.T) {
			s := posting(t, trusted, encrypted, "SMTP_URL", c.url, "SMTP_CA", c.ca, "TIMEOUT", "300ms", "LEASE", "10s")
			began := time.Now()
			a, err := s.Do(letter("one", events.PurposeMarketing))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), password)
			require.Equal(t, action.Requested, a.Status, "somebody can see to it, and then it goes out")
			require.False(t, function.IsNever(err))
			require.Less(t, time.Since(began), 3*time.Second)
		})
	}
	require.Empty(t, trusted.inbox())
}

func TestASettingThatIsWrongIsNamedWithoutThePassword(t *testing.T) {
	const expected = "expected smtp://user:password@host:587?starttls=required (or optional, none), or smtps://user:password@host:465"
	for _, c := range []struct {
		settings map[string]string
		wrong    string
	}{
		{map[string]string{"SMTP_URL": "mail.example:25"}, "settings of email: SMTP_URL is no address of a mail server, " + expected},
		{map[string]string{"SMTP_URL": "http://u:hush@mail.example"}, "settings of email: SMTP_URL is no address of a mail server, " + expected},
		{map[string]string{"SMTP_URL": "smtp://u:hush@mail.example?starttls=maybe"}, `settings of email: SMTP_URL: starttls is "maybe", ` + expected},
		{map[string]string{"SMTP_URL": "smtp://u:hush@mail.example:port"}, "settings of email: SMTP_URL"},
		{map[string]string{"SMTP_URL": "smtp://mail.example", "SMTP_CA": "/none"}, `settings of email: SMTP_CA is "/none", expected a file of certificates in PEM: open /none`},
		{map[string]string{"TRACK": "feet"}, `settings of email: TRACK is "feet", expected one of clicks, opens, none`},
		{map[string]string{"LINK_KEY": "short"}, "settings of email: LINK_KEY: key 1 of 1 has 5 characters"},
		{map[string]string{"PUBLIC_URL": "shop.example"}, "settings of email: PUBLIC_URL"},
		{map[string]string{"BRAND": "/none"}, `settings of email: BRAND is "/none", expected a brand.yaml: open /none`},
	} {
		settings := c.settings
		if settings["LINK_KEY"] == "" {
			settings["LINK_KEY"] = key
		}
		settings["OUTBOX"] = t.TempDir()
		_, err := Spec.New(function.Env{Override: map[string]map[string]string{"email": settings}})
		require.ErrorContains(t, err, c.wrong)
		require.NotContains(t, err.Error(), "hush")
	}
}
