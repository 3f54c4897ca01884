package webhook

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
)

// posted is a request signed with our secret at a time.
func posted(t *testing.T, id, body string, at time.Time) *http.Request {
	sign, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	signature, err := sign.Sign(id, at, []byte(body))
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", fmt.Sprint(at.Unix()))
	r.Header.Set("webhook-signature", signature)
	return r
}

func TestWhatIsSignedIsRead(t *testing.T) {
	receiver, err := Receive(secret)
	require.NoError(t, err)
	id, body, err := receiver.Read(httptest.NewRecorder(), posted(t, "in-1", "hello", time.Now()))
	require.NoError(t, err)
	require.Equal(t, "in-1", id)
	require.Equal(t, "hello", string(body))
}

func TestWhatIsNotSignedJustNowIsForged(t *testing.T) {
	receiver, err := Receive(secret)
	require.NoError(t, err)
	for name, r := range map[string]*http.Request{
		"an hour ago":    posted(t, "in-1", "hello", time.Now().Add(-time.Hour)),
		"to come":        posted(t, "in-1", "hello", time.Now().Add(time.Hour)),
		"without an id":  posted(t, "", "hello", time.Now()),
		"not signed":     httptest.NewRequest(http.MethodPost, "/", strings.NewReader("hello")),
		"without a body": httptest.NewRequest(http.MethodPost, "/", http.NoBody),
	} {
		_, _, err := receiver.Read(httptest.NewRecorder(), r)
		require.ErrorIs(t, err, ErrForged, name)
	}
	_, _, err = receiver.Read(httptest.NewRecorder(), posted(t, "in-1", strings.Repeat("x", longestBody+1), time.Now()))
	require.ErrorContains(t, err, "too large")
	_, err = Receive("whsec_c2hvcnQ=")
	require.ErrorContains(t, err, "WEBHOOK_SECRET is not as expected")
}

func TestAnyOfSeveralSecretsIsGoodWhileTheyAreRotated(t *testing.T) {
	old, young := secret, "whsec_"+strings.Repeat("YWJj", 8)
	both, err := ReceiveAny(young, old)
	require.NoError(t, err)
	only, err := ReceiveAny(young)
	require.NoError(t, err)
	now := time.Now()
	r := posted(t, "in-1", "hello", now)
	got, err := both.Verify(r.Header, []byte("hello"))
	require.NoError(t, err)
	require.Equal(t, Signed{"in-1", now.Truncate(time.Second).UTC()}, got)
	_, err = only.Verify(r.Header, []byte("hello"))
	require.Equal(t, ErrForged, err)
	_, err = ReceiveAny()
	require.NoError(t, err)
	_, err = ReceiveAny(young, "whsec_c2hvcnQ=")
	require.ErrorContains(t, err, "not as expected")
}

func TestWhyASignatureIsNoneIsTold(t *testing.T) {
	receiver, err := ReceiveAny(secret)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		name, value string
		want        error
	}{
		"without an id":          {"webhook-id", "", ErrUnsigned},
		"without a signature":    {"webhook-signature", "", ErrUnsigned},
		"a time that is none":    {"webhook-timestamp", "soon", ErrUnsigned},
		"a time long ago":        {"webhook-timestamp", "1", ErrOld},
		"a time to come":         {"webhook-timestamp", "9999999999", ErrOld},
		"another id":             {"webhook-id", "in-2", ErrForged},
		"another version":        {"webhook-signature", "v2,AAAA", ErrForged},
		"a signature of nothing": {"webhook-signature", "v1,", ErrForged},
	} {
		r := posted(t, "in-1", "hello", time.Now())
		r.Header.Set(c.name, c.value)
		_, err := receiver.Verify(r.Header, []byte("hello"))
		require.Equal(t, c.want, err, name)
		require.ErrorIs(t, err, ErrForged, name)
	}
}

// One signature has one reading, however its number is spelled: what remembers
// signatures is not to be fooled.
func TestATimeStampSpelledOtherwiseIsTheSame(t *testing.T) {
	receiver, err := ReceiveAny(secret)
	require.NoError(t, err)
	r := posted(t, "in-1", "hello", time.Now())
	want, err := receiver.Verify(r.Header, []byte("hello"))
	require.NoError(t, err)
	for _, prefix := range []string{"0", "+", "+00"} {
		other := r.Header.Clone()
		other.Set("webhook-timestamp", prefix+r.Header.Get("webhook-timestamp"))
		got, err := receiver.Verify(other, []byte("hello"))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

// FuzzVerify: no headers but those that were signed are good.
func FuzzVerify(f *testing.F) {
	receiver, err := ReceiveAny(secret)
	require.NoError(f, err)
	f.Add("in-1", "1700000000", "v1,AAAA", "{}")
	f.Add("", "-1", "v1,,v1 v1", "")
	f.Add("a.1", "+0x1", "v1,"+strings.Repeat("A", 44)+" v1,B", "x")
	f.Fuzz(func(t *testing.T, id, at, signature, body string) {
		h := http.Header{"Webhook-Id": {id}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
		_, err := receiver.Verify(h, []byte(body))
		require.ErrorIs(t, err, ErrForged)
	})
}
