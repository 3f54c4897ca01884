package audience

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// As sha256sum prints them.
const (
	annsMail   = "6a0bf011a1fc1e9a8add1728704b8ddb5d9d2701ae295a65452d9f1f1cf91be5" // ann@shop.example
	annsGmail  = "1b6111e4c8c3d5e8299f9d87a9b535b998299c491998cb2e728b68d3ff27c494" // ann.old@gmail.com, its dot kept
	annsPhone  = "7d5574e4ec1f7e9b606eadd8d76eab15510a93ca476ee1705145b32cd6ab6504" // +4512345678
	annsDigits = "ba642551f3be61fa910717f54929ce98d8192daa9de39ab0142da6d43048d8ec" // 4512345678
)

var secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("thirty-two bytes of a made-up key"))

func ann() profile.Profile {
	return channeltest.Customer(channeltest.Ann, "email:ann@shop.example", "phone:+4512345678", "email:ann.old@gmail.com")
}

func change(step string, a action.Audience) action.Action {
	a.Name = "store-visitors"
	return channeltest.Action("audience", step, events.PurposeMarketing, action.Content{Audience: &a})
}

func enter(step string) action.Action {
	return change(step, action.Audience{Products: []string{"chair", "plaid"}})
}

func leave(step string) action.Action {
	return change(step, action.Audience{Remove: true, Note: "researched online, purchased offline"})
}

// hook is an advertiser's end of the webhook, which checks what it gets.
type hook struct {
	mu     sync.Mutex
	bodies map[string][]string // by webhook-id
	status atomic.Int32
}

func hooked(t *testing.T) (*hook, *channeltest.Shop) {
	h := &hook{bodies: map[string][]string{}}
	h.status.Store(http.StatusOK)
	check, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = check.Verify(body, r.Header)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		id := r.Header.Get("webhook-id")
		h.bodies[id] = append(h.bodies[id], string(body))
		w.WriteHeader(int(h.status.Load()))
	}))
	t.Cleanup(server.Close)
	return h, channeltest.Open(t, Spec, map[string]string{"WEBHOOK_URL": server.URL, "WEBHOOK_SECRET": secret})
}

func TestOneEntersAnAudienceByHashesAlone(t *testing.T) {
	h, s := hooked(t)
	s.Keep(ann())
	in := enter("in")
	a, err := s.Do(in)
	require.NoError(t, err)
	require.Equal(t, action.Sent, a.Status)
	require.Equal(t, "webhook", a.Provider)
	require.Equal(t, in.ID, a.Reference)
	require.Len(t, h.bodies[in.ID], 1)
	require.JSONEq(t, `{"action_id":"`+in.ID+`","at":"2026-03-11T11:59:00Z","audience":"store-visitors","operation":"add",
		"users":[{"email_sha256":"`+annsMail+`","phone_sha256":"`+annsPhone+`","phone_digits_sha256":"`+annsDigits+`"}],
		"products":["chair","plaid"]}`, h.bodies[in.ID][0])
	require.NotContains(t, h.bodies[in.ID][0], "ann")
}

func TestOneLeavesUnderAllNamesOneMayHaveEnteredBy(t *testing.T) {
	h, s := hooked(t)
	s.Keep(ann())
	out := leave("out")
	_, err := s.Do(out)
	require.NoError(t, err)
	require.JSONEq(t, `{"action_id":"`+out.ID+`","at":"2026-03-11T11:59:00Z","audience":"store-visitors","operation":"remove",
		"users":[{"email_sha256":"`+annsMail+`","phone_sha256":"`+annsPhone+`","phone_digits_sha256":"`+annsDigits+`"},{"email_sha256":"`+annsGmail+`"}],
		"reason":"researched online, purchased offline"}`, h.bodies[out.ID][0])
}

func TestTheWebhookThatIsDownGetsTheSameLater(t *testing.T) {
	h, s := hooked(t)
	s.Keep(ann())
	h.status.Store(http.StatusBadGateway)
	a, err := s.Do(enter("in"))
	require.ErrorContains(t, err, "answered 502 Bad Gateway")
	require.Equal(t, action.Requested, a.Status)
	h.status.Store(http.StatusOK)
	reply, err := s.Ask(a)
	require.NoError(t, err)
	require.Equal(t, a.ID+"-completed", reply.ID())
	require.Len(t, h.bodies[a.ID], 2)
	require.Equal(t, h.bodies[a.ID][0], h.bodies[a.ID][1])

	h.status.Store(http.StatusUnprocessableEntity)
	a, err = s.Do(enter("in again"))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Contains(t, a.Reason, "answered 422 Unprocessable Entity")
}

func TestWhatHappensBetweenDecisionAndSending(t *testing.T) {
	withdrawn := ann()
	withdrawn.Consents = append(withdrawn.Consents, profile.Consent{Channel: events.ConsentAds, Purpose: events.PurposeMarketing,
		Identifiers: []string{"email:ann@shop.example", "phone:+4512345678", "email:ann.old@gmail.com"}, Stamp: profile.Stamp{At: channeltest.Now, By: "no"}})
	nobody := channeltest.Customer(channeltest.Ann, "cookie:c-1")
	bought := thread.Thread{Profile: channeltest.Ann, Contacts: []thread.Contact{
		{At: channeltest.Now, Flow: "story", Key: "key", Step: "out", Channel: "audience", Kind: "audience", Action: "later"}}}
	for name, c := range map[string]struct {
		since []any
		enter string // why entering is cancelled
		leave string
	}{
		"consent for ads withdrawn": {[]any{withdrawn}, "suppressed", ""},
		"bought, and is to leave":   {[]any{ann(), bought}, "superseded", ""},
		"only a cookie is left":     {[]any{nobody}, "unreachable", "unreachable"},
		"erased":                    {[]any{profile.Profile{ID: channeltest.Ann, Erased: channeltest.Now}}, "suppressed", "suppressed"},
		"nothing":                   {[]any{ann()}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			h, s := hooked(t)
			s.Keep(c.since...)
			for _, x := range []struct {
				action action.Action
				why    string
			}{{enter("in"), c.enter}, {leave("out"), c.leave}} {
				a, err := s.Do(x.action)
				require.NoError(t, err)
				require.Equal(t, x.why, a.Reason)
				require.Equal(t, x.why == "", len(h.bodies[a.ID]) == 1)
			}
		})
	}
}

func TestAnActionWithoutAnAudienceFails(t *testing.T) {
	_, s := hooked(t)
	s.Keep(ann())
	a, err := s.Do(channeltest.Action("audience", "x", events.PurposeService, action.Content{}))
	require.NoError(t, err)
	require.Equal(t, action.Failed, a.Status)
	require.Equal(t, "the action holds no audience", a.Reason)
}

func TestAWebhookWithoutASecretDoesNotStart(t *testing.T) {
	_, s := hooked(t)
	s.Env.Override = map[string]map[string]string{"audience": {"WEBHOOK_URL": "https://ads.example/hook"}}
	_, err := Spec.New(s.Env)
	require.ErrorContains(t, err, "settings of audience: WEBHOOK_SECRET is not as expected, whsec_")
}
