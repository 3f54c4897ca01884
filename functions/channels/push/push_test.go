package push

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

const (
	linkKey = "0123456789abcdef0123456789abcdef"
	private = "6d61646520757020666f722074686520746573747320616e64206e6f20757365"
	phone   = "cYh2-k9Sx0A:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx_made-up-for-tests"
	mozilla = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"
	chrome  = "https://fcm.googleapis.com/fcm/send/dF4:APA91b"
)

// public is the other half of private.
var public = func() string {
	v, err := newVAPID(private, "mailto:ops@shop.example")
	if err != nil {
		panic(err)
	}
	return v.public
}()

func with(t *testing.T, more ...string) map[string]string {
	settings := map[string]string{"OUTBOX": t.TempDir(), "LINK_KEY": linkKey, "PUBLIC_URL": "https://hello.shop.example"}
	for i := 0; i < len(more); i += 2 {
		settings[more[i]] = more[i+1]
	}
	return settings
}

// shop is one that pushes to browsers and apps, to the devices of Ann, the last used first.
func shop(t *testing.T, s *sky, devices ...string) *channeltest.Shop {
	t.Helper()
	settings := with(t, "VAPID_KEY", private, "VAPID_SUBJECT", "mailto:ops@shop.example", "FCM_KEY", s.Key())
	shop := channeltest.Open(t, channel.Define(name, manifest, open(s)), settings)
	shop.Keep(customer(t, devices...))
	return shop
}

func customer(t *testing.T, devices ...string) profile.Profile {
	var ids []string
	for _, d := range devices {
		token, err := events.Normalise(events.IDPushToken, d, "")
		require.NoError(t, err)
		ids = append(ids, "push_token:"+token)
	}
	return channeltest.Customer(channeltest.Ann, ids...)
}

func ready() words.Message {
	return words.Message{Locale: "da-DK", Subject: "Din ordre er klar til afhentning", Short: "Din ordre er klar i Tråd & Træ. Hent den senest mandag 9. marts.",
		Blocks: []words.Block{words.Paragraph("Vis koden ved disken."), words.CodeToShow("4711", true), words.ButtonTo("Til butikken", "https://shop.example/b?a=1&b=2")}}
}

func message(purpose events.Purpose) action.Action {
	m := ready()
	return channeltest.Action(name, "one", purpose, action.Content{Message: &m})
}

const wanted = `{"web_push":8030,"notification":{"title":"Din ordre er klar til afhentning","navigate":"https://shop.example/b?a=1&b=2","lang":"da-DK",` +
	`"body":"Din ordre er klar i Tråd & Træ. Hent den senest mandag 9. marts. 4711","tag":"TuRAFZFLnTjP6G3KlQNnMg"}}`

func TestANotificationIsAFileWithoutAProvider(t *testing.T) {
	s := channeltest.Open(t, Spec, with(t))
	s.Keep(customer(t, phone))
	a := message(events.PurposeService)
	for range 2 {
		after, err := s.Do(a)
		require.NoError(t, err)
		require.Equal(t, action.Sent, after.Status, after.Reason)
		require.Equal(t, "file", after.Provider)
	}
	text, err := os.ReadFile(filepath.Join(s.Env.Override[name]["OUTBOX"], "push", a.ID+".json"))
	require.NoError(t, err)
	require.Equal(t, wanted+"\n", string(text))
	require.Nil(t, s.Function.Pages)
}

func TestABrowserGetsWhatItAloneCanRead(t *testing.T) {
	sky := openSky(t)
	b := sky.subscribe(mozilla, public)
	s := shop(t, sky, b.token())
	a, err := s.Do(message(events.PurposeService))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "push.services.mozilla.com", a.Provider)
	require.Len(t, b.got, 1)
	require.Equal(t, wanted, b.got[0].text)
	require.Equal(t, "86400", b.got[0].header.Get("TTL"))
	require.Equal(t, "normal", b.got[0].header.Get("Urgency"))
	require.Equal(t, "TuRAFZFLnTjP6G3KlQNnMg", b.got[0].header.Get("Topic"))

	second := message(events.PurposeMarketing)
	second.ID += "2"
	a, err = s.Do(second)
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "low", b.got[1].header.Get("Urgency"))
	require.Equal(t, b.got[0].header.Get("Topic"), b.got[1].header.Get("Topic"), "the later word on the same thing takes the place of the former")
}

func TestADeviceThatIsOffIsNotWaitedForBeyondWhatIsOfUse(t *testing.T) {
	sky := openSky(t)
	b := sky.subscribe(mozilla, public)
	s := shop(t, sky, b.token())
	for _, c := range []struct {
		left time.Duration
		ttl  string
	}{{90*time.Second + time.Millisecond, "90"}, {48 * time.Hour, "86400"}} {
		a := message(events.PurposeMarketing)
		a.ID, a.Until = a.ID+c.ttl, s.Env.Now().Add(c.left)
		a, err := s.Do(a)
		require.NoError(t, err)
		require.Equal(t, action.Sent, a.Status, a.Reason)
		require.Equal(t, c.ttl, b.got[len(b.got)-1].header.Get("TTL"))
	}
	late := message(events.PurposeMarketing)
	late.Until = s.Env.Now()
	late, err := s.Do(late)
	require.NoError(t, err)
	require.Equal(t, action.Cancelled, late.Status)
	require.Equal(t, "stale", late.Reason)
	require.Len(t, b.got, 2)
}

func TestAdvertisingHasAButtonThatLeadsOutOfIt(t *testing.T) {
	for locale, title := range map[string]string{"da-DK": "Afmeld", "sv-SE": "Avsluta", "en-GB": "Unsubscribe"} {
		sky := openSky(t)
		b := sky.subscribe(chrome, public)
		s := shop(t, sky, b.token())
		a := message(events.PurposeMarketing)
		a.Content.Message.Locale = locale
		_, err := s.Do(a)
		require.NoError(t, err)
		var got struct{ Notification notification }
		require.NoError(t, json.Unmarshal([]byte(b.got[0].text), &got))
		require.Len(t, got.Notification.Actions, 1)
		require.Equal(t, title, got.Notification.Actions[0].Title)
		links, err := words.NewLinks("https://hello.shop.example", [][]byte{[]byte(linkKey)})
		require.NoError(t, err)
		token, ours := strings.CutPrefix(got.Notification.Actions[0].Navigate, "https://hello.shop.example/unsubscribe?t=")
		require.True(t, ours)
		claims, err := links.Open("unsubscribe", token, channeltest.Now.AddDate(1, 0, 0))
		require.NoError(t, err)
		require.Equal(t, words.Claims{Profile: channeltest.Ann, Action: a.ID, Flow: "story", Channel: "push"}, claims)
	}
}

func TestAnAppIsSentToAsFCMDescribesIt(t *testing.T) {
	sky := openSky(t)
	s := shop(t, sky, phone)
	for i, purpose := range []events.Purpose{events.PurposeService, events.PurposeMarketing} {
		a := message(purpose)
		a.ID += fmt.Sprint(i)
		after, err := s.Do(a)
		require.NoError(t, err)
		require.Equal(t, action.Sent, after.Status, after.Reason)
		require.Equal(t, "fcm", after.Provider)
		require.Equal(t, fmt.Sprintf("projects/traad-trae/messages/%d", i+1), after.Reference)
	}
	require.Equal(t, 1, sky.Tokens, "a token is used while it is good")
	got, offer := sky.apps[0], sky.apps[1]
	require.Equal(t, phone, got["token"])
	require.Equal(t, map[string]any{"title": "Din ordre er klar til afhentning",
		"body": "Din ordre er klar i Tråd & Træ. Hent den senest mandag 9. marts. 4711"}, got["notification"])
	require.Equal(t, map[string]any{"url": "https://shop.example/b?a=1&b=2", "tag": "TuRAFZFLnTjP6G3KlQNnMg", "lang": "da-DK"}, got["data"])
	require.Equal(t, "HIGH", got["android"].(map[string]any)["priority"])
	require.Equal(t, "NORMAL", offer["android"].(map[string]any)["priority"])
	require.Equal(t, "Afmeld", offer["data"].(map[string]any)["unsubscribe_label"])
	require.Contains(t, offer["data"].(map[string]any)["unsubscribe"], "https://hello.shop.example/unsubscribe?t=")
}

func TestServiceNeedsNoConsentAndAdvertisingDoes(t *testing.T) {
	stranger, refused, mail := customer(t, phone), customer(t, phone), customer(t, phone)
	stranger.Consents = nil
	refused.Consents[0].Granted, refused.Consents[0].Channel = false, events.ConsentPush
	mail.Consents[0].Channel = events.ConsentEmail
	for name, c := range map[string]struct {
		who     profile.Profile
		purpose events.Purpose
		reason  string
	}{
		"service to a stranger":          {stranger, events.PurposeService, ""},
		"advertising to a stranger":      {stranger, events.PurposeMarketing, "no-consent"},
		"advertising with consent":       {customer(t, phone), events.PurposeMarketing, ""},
		"advertising with another's":     {mail, events.PurposeMarketing, "no-consent"},
		"service to who wants no pushes": {refused, events.PurposeService, "suppressed"},
		"service to who has no device":   {channeltest.Customer(channeltest.Ann, "email:ann@else.example"), events.PurposeService, "unreachable"},
	} {
		s := shop(t, openSky(t))
		s.Keep(c.who)
		a, err := s.Do(message(c.purpose))
		require.NoError(t, err, name)
		require.Equal(t, c.reason == "", a.Status == action.Sent, name)
		require.Contains(t, a.Reason, c.reason, name)
	}
}

func TestWhatCannotBeReachedAsThingsAreSaysWhy(t *testing.T) {
	sky := openSky(t)
	b, evil := sky.subscribe(chrome, public), sky.subscribe("https://push.evil.example/x", public)
	for name, c := range map[string]struct {
		settings []string
		device   string
		reason   string
	}{
		"an app, without FCM_KEY":       {[]string{"VAPID_KEY", private, "VAPID_SUBJECT", "https://shop.example"}, phone, "the device is an app's, and there is no FCM_KEY"},
		"a browser, without VAPID_KEY":  {[]string{"FCM_KEY", sky.Key()}, b.token(), "the device is a browser, and there is no VAPID_KEY"},
		"a host of somebody's choice":   {[]string{"VAPID_KEY", private, "VAPID_SUBJECT", "https://shop.example"}, evil.token(), "the push service push.evil.example is none of PUSH_SERVICES"},
		"a host that is not among ours": {[]string{"VAPID_KEY", private, "VAPID_SUBJECT", "https://shop.example", "PUSH_SERVICES", "*.push.apple.com"}, b.token(), "fcm.googleapis.com is none"},
	} {
		s := channeltest.Open(t, channel.Define("push", manifest, open(sky)), with(t, c.settings...))
		s.Keep(customer(t, c.device))
		a, err := s.Do(message(events.PurposeService))
		require.NoError(t, err, name)
		require.Equal(t, action.Failed, a.Status, name)
		require.Contains(t, a.Reason, c.reason, name)
		require.Empty(t, s.Emitted(), "it is not the device's fault")
	}
	require.Empty(t, sky.asked)
}

func TestThePagesOfTheShopAreToldTheKey(t *testing.T) {
	s := shop(t, openSky(t))
	w := httptest.NewRecorder()
	s.Function.Pages.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/push/key", http.NoBody))
	require.Equal(t, public+"\n", w.Body.String())
	require.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
	require.Len(t, decoded(t, public), 65)
	require.NotContains(t, s.Logged(), private)
	require.Contains(t, s.Logged(), public)
}

func TestTheKeyIsReadAsItIsUsuallyWritten(t *testing.T) {
	for _, spelt := range []string{private, strings.ToUpper(private), "bWFkZSB1cCBmb3IgdGhlIHRlc3RzIGFuZCBubyB1c2U", "bWFkZSB1cCBmb3IgdGhlIHRlc3RzIGFuZCBubyB1c2U="} {
		v, err := newVAPID(spelt, "https://shop.example")
		require.NoError(t, err)
		require.Equal(t, public, v.public)
	}
}

func TestSettingsThatContradictEachOther(t *testing.T) {
	const key = "VAPID_KEY is not as expected, a private key of P-256, 32 bytes in hex or base64url; make one with: openssl rand -hex 32"
	account := openSky(t).Key()
	for _, c := range []struct {
		settings []string
		wrong    string
	}{
		{[]string{"VAPID_KEY", private}, `VAPID_SUBJECT is "", expected where push services turn to if something is wrong, mailto:ops@shop.example or https://shop.example`},
		{[]string{"VAPID_KEY", private, "VAPID_SUBJECT", "mailto:ops@localhost"}, `VAPID_SUBJECT is "mailto:ops@localhost", expected`},
		{[]string{"VAPID_KEY", private, "VAPID_SUBJECT", "ops@shop.example"}, `VAPID_SUBJECT is "ops@shop.example", expected`},
		{[]string{"VAPID_KEY", strings.Repeat("ff", 32), "VAPID_SUBJECT", "https://shop.example"}, key},
		{[]string{"VAPID_KEY", strings.Repeat("00", 32), "VAPID_SUBJECT", "https://shop.example"}, key},
		{[]string{"VAPID_KEY", private[2:], "VAPID_SUBJECT", "https://shop.example"}, key},
		{[]string{"FCM_KEY", strings.Replace(account, "service_account", "authorized_user", 1)}, "FCM_KEY is not as expected, the key of a service account in JSON, whole"},
		{[]string{"FCM_KEY", strings.Replace(account, "-----BEGIN", "", 1)}, "FCM_KEY: private_key is not as expected, an RSA key in PEM: it is no PEM"},
		{[]string{"FCM_KEY", strings.Replace(account, "https://oauth2", "http://oauth2", 1)}, "FCM_KEY: token_uri is not as expected"},
	} {
		_, err := Spec.New(function.Env{Override: map[string]map[string]string{name: with(t, c.settings...)}})
		require.ErrorContains(t, err, "settings of push: "+c.wrong)
		require.NotContains(t, err.Error(), private[2:])
	}
}
