package push

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
)

// bounces are the devices that the suite was told are gone, by their hash.
func bounces(t *testing.T, s *channeltest.Shop) (all []string) {
	t.Helper()
	ids := map[string]bool{}
	for _, e := range s.Emitted() {
		data, err := events.Decode[events.MessageBounced](e)
		require.NoError(t, err)
		require.Equal(t, events.Identifiers{"profile": channeltest.Ann}, data.Customer)
		require.Equal(t, events.BounceHard, data.Kind)
		require.False(t, ids[e.ID()], "each has an id of its own")
		ids[e.ID()] = true
		all = append(all, data.Address)
	}
	return all
}

func TestWhatAPushServiceSaysDecides(t *testing.T) {
	const again, never, gone, sent = action.Requested, action.Failed, action.Failed + " ", action.Sent
	for _, c := range []struct {
		status  int
		body    string
		headers []string
		want    action.Status
		reason  string
	}{
		{201, "", nil, sent, ""},
		{200, "", nil, sent, ""},
		{307, "", []string{"Location", "https://10.0.0.1/"}, never, "answered 307 Temporary Redirect"},
		{400, `{"reason":"BadTTL"}`, nil, never, "answered 400 Bad Request, BadTTL"},
		{401, `{"code":401,"errno":109,"error":"Unauthorized"}`, nil, again, "answered 401 Unauthorized, errno 109"},
		{403, `{"reason":"BadJwtToken"}`, nil, again, "answered 403 Forbidden, BadJwtToken"},
		{404, "", nil, gone, "answered 404 Not Found"},
		{410, `{"reason":"ann@else.example is not here"}`, nil, gone, "answered 410 Gone"},
		{413, "", nil, never, "answered 413 Request Entity Too Large"},
		{429, "", []string{"Retry-After", "3600"}, again, "answered 429 Too Many Requests"},
		{500, "<html>", nil, again, "answered 500"},
		{503, "", nil, again, "answered 503"},
	} {
		t.Run(fmt.Sprint(c.status), func(t *testing.T) {
			sky := openSky(t)
			b := sky.subscribe(mozilla, public)
			s := shop(t, sky, b.token())
			sky.next(c.status, c.body, c.headers...)
			a, err := s.Do(message(events.PurposeMarketing))
			require.Equal(t, c.want == again, err != nil)
			require.Len(t, sky.asked, 1)
			require.Contains(t, a.Reason, c.reason)
			for _, secret := range []string{"gAAAA", private, "else.example", "eyJ"} {
				require.NotContains(t, a.Reason+s.Logged()+fmt.Sprint(err), secret)
			}
			if c.want == gone {
				require.Equal(t, action.Failed, a.Status)
				token, err := events.Normalise(events.IDPushToken, b.token(), "")
				require.NoError(t, err)
				require.Equal(t, []string{profile.HashAddress(token)}, bounces(t, s))
				return
			}
			require.Equal(t, c.want, a.Status)
			require.Empty(t, s.Emitted())
		})
	}
}

// Microsoft's says 406 where others say 429, and never for how long.
func TestMicrosoftsPushServiceThatHasHadTooMuchIsLetAlone(t *testing.T) {
	sky := openSky(t)
	b := sky.subscribe("https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD", public)
	s := shop(t, sky, b.token())
	sky.next(http.StatusNotAcceptable, "")
	a, err := s.Do(message(events.PurposeMarketing))
	require.ErrorContains(t, err, "answered 406 Not Acceptable")
	require.Equal(t, action.Requested, a.Status)
	_, err = s.Ask(a)
	require.ErrorContains(t, err, "the provider asked to be let alone for another 1m0s")
	require.Len(t, sky.asked, 1)

	fox := sky.subscribe(mozilla, public)
	s = shop(t, sky, fox.token())
	sky.next(http.StatusNotAcceptable, "")
	a, err = s.Do(message(events.PurposeMarketing))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status, "others mean something else by it")
}

func TestWhatFCMSaysDecides(t *testing.T) {
	const again, never, gone, sent = action.Requested, action.Failed, action.Failed + " ", action.Sent
	said := func(code int, status, detail string) string {
		return fmt.Sprintf(`{"error":{"code":%d,"message":"Request contains an invalid argument.","status":%q,"details":[%s]}}`, code, status, detail)
	}
	fcm := func(code string) string {
		return fmt.Sprintf(`{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":%q}`, code)
	}
	field := func(name string) string {
		return fmt.Sprintf(`{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":%q,"description":"Invalid"}]}`, name)
	}
	for name, c := range map[string]struct {
		status int
		body   string
		want   action.Status
		reason string
	}{
		"taken":                   {200, `{"name":"projects/traad-trae/messages/0:1"}`, sent, ""},
		"an app that was removed": {404, said(404, "NOT_FOUND", fcm("UNREGISTERED")), gone, "fcm answered 404 UNREGISTERED"},
		"no token of FCM's":       {400, said(400, "INVALID_ARGUMENT", fcm("INVALID_ARGUMENT")+","+field("message.token")), gone, "INVALID_ARGUMENT"},
		"the same in words": {400, `{"error":{"code":400,"message":"The registration token is not a valid FCM registration token","status":"INVALID_ARGUMENT","details":[` +
			fcm("INVALID_ARGUMENT") + `]}}`, gone, "INVALID_ARGUMENT"},
		"an argument of ours":       {400, said(400, "INVALID_ARGUMENT", field("message.android.ttl")+","+fcm("INVALID_ARGUMENT")), never, "INVALID_ARGUMENT"},
		"too big":                   {400, `{"error":{"code":400,"message":"Request contains an invalid argument.","status":"INVALID_ARGUMENT"}}`, never, "INVALID_ARGUMENT"},
		"another project's token":   {403, said(403, "PERMISSION_DENIED", fcm("SENDER_ID_MISMATCH")), never, "SENDER_ID_MISMATCH"},
		"Apple's certificate":       {401, said(401, "UNAUTHENTICATED", fcm("THIRD_PARTY_AUTH_ERROR")), again, "THIRD_PARTY_AUTH_ERROR"},
		"the account may not":       {403, `{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}`, again, "PERMISSION_DENIED"},
		"no such project":           {404, `{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}`, again, "NOT_FOUND"},
		"too much":                  {429, said(429, "RESOURCE_EXHAUSTED", fcm("QUOTA_EXCEEDED")), again, "QUOTA_EXCEEDED"},
		"too busy":                  {503, said(503, "UNAVAILABLE", fcm("UNAVAILABLE")), again, "UNAVAILABLE"},
		"trouble of its own":        {500, said(500, "INTERNAL", fcm("INTERNAL")), again, "INTERNAL"},
		"a page instead of answers": {502, "<!DOCTYPE html><title>Error 502</title>", again, "502 Bad Gateway"},
	} {
		t.Run(name, func(t *testing.T) {
			sky := openSky(t)
			s := shop(t, sky, phone)
			sky.next(c.status, c.body)
			a, err := s.Do(message(events.PurposeMarketing))
			require.Equal(t, c.want == again, err != nil)
			require.Contains(t, a.Reason, c.reason)
			require.NotContains(t, a.Reason+s.Logged()+fmt.Sprint(err), phone)
			require.NotContains(t, a.Reason+s.Logged()+fmt.Sprint(err), "ya29")
			if c.want == gone {
				require.Equal(t, action.Failed, a.Status)
				require.Equal(t, []string{profile.HashAddress(phone)}, bounces(t, s))
				return
			}
			require.Equal(t, c.want, a.Status)
			require.Empty(t, s.Emitted())
		})
	}
}

func TestTheDeviceUsedLastGetsItAndOnceItIsGoneTheOneBefore(t *testing.T) {
	sky := openSky(t)
	b := sky.subscribe(chrome, public)
	lost := &subscriber{endpoint: mozilla, private: b.private, auth: b.auth}
	s := shop(t, sky, lost.token(), phone, b.token())
	sky.next(http.StatusGone, "")
	sky.next(http.StatusNotFound, `{"error":{"code":404,"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}`)
	a, err := s.Do(message(events.PurposeService))
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, "fcm.googleapis.com", a.Provider, "which is Chrome's push service")
	require.Len(t, b.got, 1)
	told := bounces(t, s)
	require.Len(t, told, 2)

	after := customer(t, lost.token(), phone, b.token())
	for _, address := range told {
		profile.FoldAs(&after, profile.Stamp{At: channeltest.Now}, name, &events.MessageBounced{ActionID: a.ID, Kind: events.BounceHard, Address: address})
	}
	s.Keep(after)
	sky.asked = nil
	second := message(events.PurposeService)
	second.ID += "2"
	a, err = s.Do(second)
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status, a.Reason)
	require.Equal(t, []string{"fcm.googleapis.com"}, sky.asked, "what is gone is never tried again")
}

func TestOnlyWhoAskedForItIsLetAlone(t *testing.T) {
	sky := openSky(t)
	fox, chromium := sky.subscribe(mozilla, public), sky.subscribe(chrome, public)
	s := shop(t, sky, fox.token())
	sky.next(http.StatusTooManyRequests, "", "Retry-After", "3600")
	a := message(events.PurposeService)
	_, err := s.Do(a)
	require.ErrorContains(t, err, "429")
	_, err = s.Ask(a)
	require.ErrorContains(t, err, "the provider asked to be let alone for another 1h0m0s")
	require.Len(t, sky.asked, 1)

	s.Keep(customer(t, chromium.token()))
	other := message(events.PurposeService)
	other.ID += "2"
	after, err := s.Do(other)
	require.NoError(t, err)
	require.Equal(t, action.Sent, after.Status, after.Reason)
}

func TestALineThatGoesDeadAfterTheQuestionLeavesItOpen(t *testing.T) {
	for purpose, want := range map[events.Purpose]action.Status{events.PurposeMarketing: action.Unknown, events.PurposeService: action.Requested} {
		sky := openSky(t)
		b := sky.subscribe(mozilla, public)
		s := shop(t, sky, b.token())
		sky.answers = []http.HandlerFunc{func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
		a, err := s.Do(message(purpose))
		require.Equal(t, want, a.Status, a.Reason)
		require.NotContains(t, a.Reason+fmt.Sprint(err), "gAAAA")
	}
}

func TestATokenThatIsRefusedIsFetchedAnew(t *testing.T) {
	sky := openSky(t)
	s := shop(t, sky, phone)
	a := message(events.PurposeService)
	sky.next(http.StatusUnauthorized, `{"error":{"code":401,"status":"UNAUTHENTICATED"}}`)
	_, err := s.Do(a)
	require.ErrorContains(t, err, "fcm answered 401 UNAUTHENTICATED")
	_, err = s.Ask(a)
	require.NoError(t, err)
	require.Equal(t, 2, sky.Tokens)
	require.Len(t, sky.apps, 1)
}

func TestWhoWeAreIsSignedAnewForEachPushServiceAndTwiceADay(t *testing.T) {
	v, err := newVAPID(private, "https://shop.example")
	require.NoError(t, err)
	header := func(host string) string {
		h, err := v.authorization(&url.URL{Scheme: "https", Host: host, Path: "/send"})
		require.NoError(t, err)
		return h
	}
	fox, apple := header("updates.push.services.mozilla.com"), header("web.push.apple.com")
	require.NotEqual(t, fox, apple)
	require.Equal(t, fox, header("updates.push.services.mozilla.com"))
	v.kept["https://web.push.apple.com"] = token{apple, time.Now().Add(good/2 - time.Minute)}
	require.NotEqual(t, apple, header("web.push.apple.com"))
	for i := range 3 * mostOrigins {
		header(fmt.Sprint("a", i, ".push.apple.com"))
		require.LessOrEqual(t, len(v.kept), mostOrigins)
	}
}
