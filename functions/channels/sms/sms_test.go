package sms

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

const (
	key   = "0123456789abcdef0123456789abcdef"
	phone = "+4520123456"
)

var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))

// with are settings, name by name.
func with(t *testing.T, more ...string) map[string]string {
	settings := map[string]string{"OUTBOX": t.TempDir(), "LINK_KEY": key, "PUBLIC_URL": "https://shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	return settings
}

func shop(t *testing.T, more ...string) *channeltest.Shop {
	t.Helper()
	s := channeltest.Open(t, Spec, with(t, more...))
	s.Keep(channeltest.Customer(channeltest.Ann, "phone:"+phone))
	return s
}

func message(purpose events.Purpose) action.Action {
	m := ready()
	return channeltest.Action("sms", "one", purpose, action.Content{Message: &m})
}

// filed reads the one file in the outbox.
func filed(t *testing.T, s *channeltest.Shop, a action.Action) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.Env.Override[name]["OUTBOX"], "sms", a.ID+".txt"))
	require.NoError(t, err)
	return string(text)
}

func TestATextIsAFileWithoutAProvider(t *testing.T) {
	s := shop(t, "SENDER", "TraadTrae")
	a := message(events.PurposeService)
	for range 2 {
		after, err := s.Do(a)
		require.NoError(t, err)
		require.Equal(t, action.Sent, after.Status, after.Reason)
	}
	require.Equal(t, "To: +4520123456\nFrom: TraadTrae\nType: transactional\nSegments: 1 (gsm7)\n\n"+
		"Din ordre er klar i Tråd & Træ. Kode 4711. Hent den senest mandag 9. marts. https://shop.example/b\n", filed(t, s, a))
}

func TestAdvertisingSaysHowToGetOutOfIt(t *testing.T) {
	for locale, out := range map[string]string{"da-DK": "\nAfmeld: ", "sv-SE": "\nAvsluta: ", "en-GB": "\nOpt out: "} {
		s := shop(t)
		a := message(events.PurposeMarketing)
		a.Content.Message.Locale = locale
		_, err := s.Do(a)
		require.NoError(t, err)
		_, link, found := strings.Cut(filed(t, s, a), out)
		require.True(t, found, locale)
		links, err := words.NewLinks("https://shop.example", [][]byte{[]byte(key)})
		require.NoError(t, err)
		token := strings.TrimPrefix(strings.TrimSpace(link), "https://shop.example/unsubscribe?t=")
		claims, err := links.Open("unsubscribe", token, channeltest.Now.AddDate(1, 0, 0))
		require.NoError(t, err, "a text that is found a year later still leads out")
		require.Equal(t, words.Claims{Profile: channeltest.Ann, Action: a.ID, Channel: "sms"}, claims)
	}
	s := shop(t, "OPT_OUT", "reply", "WEBHOOK_SECRET", secret, "SENDER", "+4591234567")
	a := message(events.PurposeMarketing)
	_, err := s.Do(a)
	require.NoError(t, err)
	require.Contains(t, filed(t, s, a), "Type: promotional\n")
	require.True(t, strings.HasSuffix(filed(t, s, a), "\nSvar STOP for at afmelde\n"))
}

func TestServiceNeedsNoConsentAndAdvertisingDoes(t *testing.T) {
	stranger := channeltest.Customer(channeltest.Ann, "phone:"+phone)
	stranger.Consents = nil
	refused := channeltest.Customer(channeltest.Ann, "phone:"+phone)
	refused.Consents[0].Granted = false
	refused.Consents[0].Channel = events.ConsentSMS
	mail := channeltest.Customer(channeltest.Ann, "phone:"+phone)
	mail.Consents[0].Channel = events.ConsentEmail
	for name, c := range map[string]struct {
		who     profile.Profile
		purpose events.Purpose
		reason  string
	}{
		"service to a stranger":           {stranger, events.PurposeService, ""},
		"advertising to a stranger":       {stranger, events.PurposeMarketing, "no-consent"},
		"advertising with consent":        {channeltest.Customer(channeltest.Ann, "phone:"+phone), events.PurposeMarketing, ""},
		"advertising with another's":      {mail, events.PurposeMarketing, "no-consent"},
		"service to who wants no texts":   {refused, events.PurposeService, "suppressed"},
		"service to who has no number":    {channeltest.Customer(channeltest.Ann, "email:ann@else.example"), events.PurposeService, "unreachable"},
		"service to a number of no place": {channeltest.Customer(channeltest.Ann, "phone:20123456"), events.PurposeService, "expected one in E.164"},
	} {
		s := shop(t)
		s.Keep(c.who)
		a, err := s.Do(message(c.purpose))
		require.NoError(t, err, name)
		require.Equal(t, c.reason == "", a.Status == action.Sent, name)
		require.Contains(t, a.Reason, c.reason, name)
	}
}

func TestAGatewayGetsTheTextSignedAndOnce(t *testing.T) {
	check, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	var bodies []string
	gateway := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, check.Verify(body, r.Header))
		bodies = append(bodies, r.Header.Get("webhook-id")+" "+string(body))
	}))
	defer gateway.Close()
	s := shop(t, "WEBHOOK_URL", gateway.URL, "WEBHOOK_SECRET", secret, "SENDER", "1919")
	a := message(events.PurposeService)
	a.Content.Message.Short = "Klar 🧶 4711"
	after, err := s.Do(a)
	require.NoError(t, err)
	require.Equal(t, action.Sent, after.Status, after.Reason)
	require.Equal(t, "webhook", after.Provider)
	require.Len(t, bodies, 1)
	id, body, _ := strings.Cut(bodies[0], " ")
	require.Equal(t, a.ID, id)
	require.JSONEq(t, `{"message_id":"`+a.ID+`","to":"+4520123456","from":"1919","type":"transactional","encoding":"ucs2","segments":1,"text":"Klar 🧶 4711 https://shop.example/b"}`, body)
}

func TestAMessageThatNoTextCanHoldFails(t *testing.T) {
	s := shop(t, "SEGMENTS", "1")
	a := message(events.PurposeMarketing)
	after, err := s.Do(a)
	require.NoError(t, err)
	require.Equal(t, action.Failed, after.Status)
	require.Contains(t, after.Reason, "leave no room for words in 1 segments")
	a.Content = action.Content{}
	after, err = s.Do(a)
	require.NoError(t, err)
	require.Equal(t, "the action holds no message", after.Reason)
}

func TestSettingsThatContradictEachOther(t *testing.T) {
	for _, c := range []struct {
		settings []string
		wrong    string
	}{
		{[]string{"OPT_OUT", "reply"}, `OPT_OUT is "reply", but none would be heard: expected link, or SNS_TOPICS or WEBHOOK_SECRET of those who pass on replies`},
		{[]string{"OPT_OUT", "reply", "SENDER", "Shop", "WEBHOOK_SECRET", secret}, `OPT_OUT is "reply", but nobody can reply to the SENDER "Shop": expected link, or a number as SENDER`},
		{[]string{"SNS_URL", "sns://eu-north-1", "WEBHOOK_URL", "https://gateway.example", "WEBHOOK_SECRET", secret}, "WEBHOOK_URL and SNS_URL are both set, expected one of them"},
		{[]string{"SENDER", "Tråd & Træ"}, `SENDER is "Tråd & Træ", expected 1 to 11 letters, digits and - with at least one letter, or a number`},
		{[]string{"SENDER", "TwelveLetter"}, `SENDER is "TwelveLetter", expected 1 to 11`},
		{[]string{"SENDER", "12"}, `SENDER is "12", expected`},
	} {
		_, err := Spec.New(function.Env{Override: map[string]map[string]string{name: with(t, c.settings...)}})
		require.ErrorContains(t, err, "settings of sms: "+c.wrong)
	}
}

// decoded is the data of an event.
func decoded[T events.Data](t *testing.T, e events.Event) T {
	t.Helper()
	data, err := events.Decode[T](e)
	require.NoError(t, err)
	return data
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}
