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
