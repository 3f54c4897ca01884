package topic_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel/topic"
	"redthread.dev/shared/channel/topic/topictest"
	"redthread.dev/shared/function"
)

// heard is an endpoint for topictest's topic and what it was told.
type heard struct {
	*topic.Listener
	notices []topic.Notice
	err     error // what it says to that
}

func listen(t *testing.T, web http.RoundTripper) *heard {
	t.Helper()
	h := &heard{}
	l, err := topic.New(topic.Sources{Topics: []string{topictest.ARN}}, web, slog.New(slog.DiscardHandler), func(_ context.Context, n topic.Notice) error {
		h.notices = append(h.notices, n)
		return h.err
	})
	require.NoError(t, err)
	h.Listener = l
	return h
}

func TestWhatAmazonHasSignedIsHeard(t *testing.T) {
	amazon := topictest.Open(t)
	h := listen(t, amazon)
	for _, version := range []string{"1", "2"} {
		require.Equal(t, 200, amazon.Post(h, "/", amazon.Sign(topictest.Notice("m-"+version, "a\nb"), version)))
		subject := topictest.Notice("s-"+version, "æ")
		subject["Subject"] = "Amazon SES"
		require.Equal(t, 200, amazon.Post(h, "/", amazon.Sign(subject, version)))
	}
	require.Len(t, h.notices, 4)
	require.Equal(t, topic.Notice{ID: "m-1", Topic: topictest.ARN, At: time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC), Message: "a\nb"}, h.notices[0])
	require.Len(t, amazon.Asked(), 1, "the certificate is got once")
}

func TestASubscriptionIsConfirmed(t *testing.T) {
	amazon := topictest.Open(t)
	h := listen(t, amazon)
	require.Equal(t, 200, amazon.Post(h, "/", amazon.Sign(topictest.Subscription(), "2")))
	require.Len(t, amazon.Asked(), 2)
	require.Equal(t, topictest.Subscription()["SubscribeURL"], amazon.Asked()[1])
	ended := topictest.Subscription()
	ended["Type"] = "UnsubscribeConfirmation"
	require.Equal(t, 200, amazon.Post(h, "/", amazon.Sign(ended, "1")))
	require.Len(t, amazon.Asked(), 2, "whoever ended it had a reason: it is not begun again")
	require.Empty(t, h.notices)
}

func TestWhatIsNotAmazonsIsRefusedAndNothingIsFetchedForIt(t *testing.T) {
	const notAsked, certificateOnly = 0, 1
	change := func(name, value string) func(topictest.Fields) {
		return func(f topictest.Fields) { f[name] = value }
	}
	const confirm = "/?Action=ConfirmSubscription&TopicArn=" + topictest.ARN
	for name, c := range map[string]struct {
		before, after func(topictest.Fields) // the signature
		subscription  bool
		asked         int
	}{
		"a changed message":                   {after: change("Message", "other"), asked: certificateOnly},
		"a changed id":                        {after: change("MessageId", "other"), asked: certificateOnly},
		"a subject that was not there":        {after: change("Subject", "x"), asked: certificateOnly},
		"no signature":                        {after: change("Signature", ""), asked: certificateOnly},
		"a signature that is no base64":       {after: change("Signature", "???"), asked: certificateOnly},
		"another version":                     {after: change("SignatureVersion", "3"), asked: certificateOnly},
		"version 1 said to be 2":              {after: change("SignatureVersion", "1"), asked: certificateOnly},
		"a certificate that is not there":     {after: change("SigningCertURL", "https://"+topictest.Home+"/SimpleNotificationService-00.pem"), asked: certificateOnly},
		"another topic of Amazon's":           {before: change("TopicArn", strings.Replace(topictest.ARN, "1234", "9999", 1))},
		"another type":                        {before: change("Type", "Order")},
		"a certificate from elsewhere":        {after: change("SigningCertURL", "https://else.example/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"a certificate without encryption":    {after: change("SigningCertURL", "http://"+topictest.Home+"/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"a certificate of another region":     {after: change("SigningCertURL", "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"a host that begins like Amazon's":    {after: change("SigningCertURL", "https://"+topictest.Home+".else.example/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"Amazon's host as a user's name":      {after: change("SigningCertURL", "https://"+topictest.Home+"@else.example/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"another port of Amazon's":            {after: change("SigningCertURL", "https://"+topictest.Home+":8443/SimpleNotificationService-9f1c0ffee0ddba11.pem")},
		"any other file of Amazon's":          {after: change("SigningCertURL", "https://"+topictest.Home+"/bucket/mine.pem")},
		"a subscription to confirm elsewhere": {subscription: true, before: change("SubscribeURL", "https://else.example"+confirm), asked: certificateOnly},
		"one to confirm without encryption":   {subscription: true, before: change("SubscribeURL", "http://"+topictest.Home+confirm), asked: certificateOnly},
		"one to something else":               {subscription: true, before: change("SubscribeURL", "https://"+topictest.Home+"/?Action=DeleteTopic&TopicArn="+topictest.ARN), asked: certificateOnly},
		"one to a topic that is not ours":     {subscription: true, before: change("SubscribeURL", "https://"+topictest.Home+confirm+"s"), asked: certificateOnly},
		"a metadata address of the cloud's":   {subscription: true, before: change("SubscribeURL", "http://169.254.169.254/latest/meta-data"), asked: certificateOnly},
		"a token that was not signed":         {subscription: true, after: change("Token", "x"), asked: certificateOnly},
	} {
		t.Run(name, func(t *testing.T) {
			amazon := topictest.Open(t)
			h := listen(t, amazon)
			f := topictest.Notice("m-1", "message")
			if c.subscription {
				f = topictest.Subscription()
			}
			if c.before != nil {
				c.before(f)
			}
			amazon.Sign(f, "2")
			if c.after != nil {
				c.after(f)
			}
			require.Equal(t, 403, amazon.Post(h, "/", f))
			require.Empty(t, h.notices)
			require.Len(t, amazon.Asked(), c.asked)
		})
	}
}

func TestSomebodyElsesCertificateAndAnOldOne(t *testing.T) {
	amazon, other := topictest.Open(t), topictest.OpenUntil(t, time.Now().Add(time.Hour))
	h := listen(t, amazon)
	require.Equal(t, 403, amazon.Post(h, "/", other.Sign(topictest.Notice("m-1", "message"), "2")))
	old := topictest.OpenUntil(t, time.Now().Add(-time.Minute))
	h = listen(t, old)
	require.Equal(t, 403, old.Post(h, "/", old.Sign(topictest.Notice("m-1", "message"), "2")))
	require.Empty(t, h.notices)
}

func TestWhatIsNoPostOfATopic(t *testing.T) {
	h := listen(t, topictest.Open(t))
	for _, body := range []string{"", "null", "{}", "[]", "{", `{"Type":1}`, `{"Message":"` + strings.Repeat("x", 1<<20) + `"}`} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)))
		require.Contains(t, []int{400, 403}, w.Code, "%.20s", body)
	}
}

func TestAmazonTriesAgainWhatCouldNotBeTaken(t *testing.T) {
	amazon := topictest.Open(t)
	amazon.Away = errors.New("no route to host")
	h := listen(t, amazon)
	notice := amazon.Sign(topictest.Notice("m-1", "message"), "2")
	require.Equal(t, 503, amazon.Post(h, "/", notice), "the certificate cannot be got")
	amazon.Away = nil
	h.err = errors.New("broker is away")
	require.Equal(t, 503, amazon.Post(h, "/", notice))
	h.err = function.Neverf("no JSON")
	require.Equal(t, 400, amazon.Post(h, "/", notice))
	h.err = nil
	require.Equal(t, 200, amazon.Post(h, "/", notice))
	require.Len(t, h.notices, 3)
}

func TestTopicsThatAreNone(t *testing.T) {
	for _, wrong := range []string{"bounces", "arn:aws:sqs:eu-north-1:123456789012:bounces", "arn:aws:sns:eu-north-1::bounces", "arn:aws:sns:eu north:123456789012:bounces", ""} {
		_, err := topic.New(topic.Sources{Topics: []string{wrong}}, nil, nil, nil)
		require.EqualError(t, err, `SNS_TOPICS has "`+wrong+`", expected the ARN of a topic, e.g. arn:aws:sns:eu-north-1:123456789012:bounces`)
	}
	l, err := topic.New(topic.Sources{}, nil, nil, nil)
	require.NoError(t, err)
	require.Nil(t, l)
}
