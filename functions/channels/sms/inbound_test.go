package sms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/topic/topictest"
)

// passOn posts what a gateway passes on, signed now unless spoilt, and returns the status.
func passOn(t *testing.T, pages http.Handler, id, body string, spoil ...func(http.Header)) int {
	t.Helper()
	sign, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	now := time.Now()
	signature, err := sign.Sign(id, now, []byte(body))
	require.NoError(t, err)
	req := httptest.NewRequest(http.MethodPost, "/sms/inbound", strings.NewReader(body))
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	req.Header.Set("webhook-signature", signature)
	for _, s := range spoil {
		s(req.Header)
	}
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, req)
	return w.Code
}

func stopped(purpose events.Purpose, granted bool) events.ConsentChanged {
	return events.ConsentChanged{Common: events.Common{Customer: events.Identifiers{"phone": phone}}, Channel: events.ConsentSMS, Purpose: purpose,
		Granted: granted, Evidence: events.Evidence{Form: "sms-reply"}}
}

func TestWhoTextsStopGetsNoMoreAndWhoTextsStartGetsWhatIsAboutTheirOrders(t *testing.T) {
	s := shop(t, "WEBHOOK_SECRET", secret)
	written := []string{phone, phone[1:], "00" + phone[1:], phone[:3] + " " + phone[3:7] + "-" + phone[7:]} // by gateways
	for _, from := range written {
		require.Equal(t, 204, passOn(t, s.Function.Pages, "in-1", `{"from":"`+from+`","text":"Stop tak","to":"1919"}`))
	}
	require.Equal(t, 204, passOn(t, s.Function.Pages, "in-2", `{"from":"`+phone+`","text":"START"}`))
	got := s.Emitted()
	require.Len(t, got, len(written)+1)
	for _, e := range got[:len(written)] {
		require.Equal(t, got[0].ID(), e.ID(), "the journal tells them for the first")
		require.Equal(t, stopped(events.PurposeAll, false), decoded[events.ConsentChanged](t, e))
	}
	start := got[len(written)]
	require.NotEqual(t, got[0].ID(), start.ID())
	require.Equal(t, "/redthread/sms", got[0].Source())
	require.Equal(t, stopped(events.PurposeService, true), decoded[events.ConsentChanged](t, start))
	require.NotContains(t, s.Logged(), phone[1:])
}

func TestOtherTextsChangeNothing(t *testing.T) {
	s := shop(t, "WEBHOOK_SECRET", secret)
	for _, body := range []string{`{"from":"+4520123456","text":"Hvornår åbner I?"}`, `{"from":"+4520123456"}`, `{"from":"Telia","text":"STOP"}`, `{"text":"STOP"}`} {
		require.Equal(t, 204, passOn(t, s.Function.Pages, "in-1", body))
	}
	require.Empty(t, s.Emitted())
	require.NotContains(t, s.Logged(), "åbner")
}

func TestWhatNoGatewayOfOursHasSignedIsRefused(t *testing.T) {
	const stop = `{"from":"+4520123456","text":"STOP"}`
	s := shop(t, "WEBHOOK_SECRET", secret)
	pages := s.Function.Pages
	require.Equal(t, 403, passOn(t, pages, "in-1", stop, func(h http.Header) { h.Del("webhook-signature") }))
	require.Equal(t, 403, passOn(t, pages, "in-1", stop, func(h http.Header) { h.Set("webhook-id", "in-2") }))
	require.Equal(t, 403, passOn(t, pages, "in-1", stop, func(h http.Header) { h.Set("webhook-timestamp", fmt.Sprint(time.Now().Add(-time.Hour).Unix())) }))
	require.Equal(t, 403, passOn(t, pages, "in-1", stop, func(h http.Header) { h.Set("x-amz-sns-message-type", "Notification") }), "no topics are listened to")
	require.Equal(t, 400, passOn(t, pages, "in-1", `STOP`))
	require.Equal(t, 400, passOn(t, pages, "in-1", `{"text":"`+strings.Repeat("x", 1<<19)+`"}`))
	require.Equal(t, 404, passOn(t, shop(t).Function.Pages, "in-1", stop), "nobody passes on anything")
	require.Empty(t, s.Emitted())
}

// hearing is a channel that hears a topic of Amazon's two-way SMS.
func hearing(t *testing.T) (*channeltest.Shop, *topictest.Amazon) {
	sky := topictest.Open(t)
	return channeltest.Open(t, channel.Define(name, manifest, open(sky)), with(t, "SNS_TOPICS", topictest.ARN)), sky
}

func TestAmazonPassesOnWhatCustomersText(t *testing.T) {
	s, sky := hearing(t)
	said := func(text string) string {
		return `{"originationNumber":"` + phone + `","destinationNumber":"+4591234567","messageKeyword":"KEYWORD_1","messageBody":` + encoded(t, text) +
			`,"previousPublishedMessageId":"p-1","inboundMessageId":"in-1"}`
	}
	for id, message := range map[string]string{"n-1": said("AVSLUTA"), "n-2": said("avsluta"), "n-3": said("Tack!"), "n-4": "hello, is this on?"} {
		require.Equal(t, 200, sky.Post(s.Function.Pages, "/sms/inbound", sky.Sign(topictest.Notice(id, message), "2")))
	}
	require.Len(t, s.Emitted(), 2)
	require.Equal(t, s.Emitted()[0].ID(), s.Emitted()[1].ID(), "one message in two notices")
	require.Equal(t, stopped(events.PurposeAll, false), decoded[events.ConsentChanged](t, s.Emitted()[0]))
	require.Equal(t, channeltest.Now, s.Emitted()[0].Time())
	require.Equal(t, 400, sky.Post(s.Function.Pages, "/sms/inbound", sky.Sign(topictest.Notice("n-5", `{"messageBody":1}`), "2")))
	require.Equal(t, 403, passOn(t, s.Function.Pages, "in-1", `{"from":"+4520123456","text":"STOP"}`), "no gateway passes on anything")
}

func TestAStopIsNotLostWhileTheBrokerIsAway(t *testing.T) {
	s, sky := hearing(t)
	env := s.Env
	env.Emit = func(context.Context, events.Event) error { return errors.New("broker is away") }
	env.Override = map[string]map[string]string{name: with(t, "SNS_TOPICS", topictest.ARN, "WEBHOOK_SECRET", secret)}
	f, err := channel.Define(name, manifest, open(sky)).New(env)
	require.NoError(t, err)
	require.Equal(t, 503, passOn(t, f.Pages, "in-1", `{"from":"+4520123456","text":"STOP"}`))
	notice := topictest.Notice("n-1", `{"originationNumber":"+4520123456","messageBody":"STOP"}`)
	require.Equal(t, 503, sky.Post(f.Pages, "/sms/inbound", sky.Sign(notice, "1")))
}
