package google

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/channel/channeltest"
	"redthread.dev/shared/channel/google/googletest"
)

const scope = "https://www.googleapis.com/auth/datamanager"

// place is Google with one method, which tells what it was asked.
type place struct {
	*googletest.Office
	refuse int // so often
}

// ServeHTTP implements http.Handler.
func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	require.NoError(p, err)
	switch {
	case r.Host == googletest.Home:
		require.NoError(p, p.SignIn(w, r, body))
	case p.refuse > 0:
		p.refuse--
		w.WriteHeader(http.StatusUnauthorized)
	case p.Admits(w, r):
		fmt.Fprintf(w, "%s %s %s", r.Method, r.Header.Get("Content-Type"), body)
	}
}

func opened(t *testing.T) (*place, *Account) {
	p := &place{Office: googletest.Open(t, scope)}
	a, err := Open("GOOGLE_KEY", p.Key(), scope, channel.Client(channeltest.Web(t, p)))
	require.NoError(t, err)
	require.Equal(t, googletest.Project, a.Project())
	return p, a
}

func TestAMethodIsCalledWithJSONAndAToken(t *testing.T) {
	p, account := opened(t)
	for range 2 {
		answer, err := account.Post(t.Context(), "google", "https://datamanager.googleapis.com/v1/x", map[string]int{"a": 1})
		require.NoError(t, err)
		require.Equal(t, `POST application/json; charset=utf-8 {"a":1}`, string(answer.Body))
	}
	require.Equal(t, 1, p.Tokens)
}

func TestATokenThatIsRefusedIsDropped(t *testing.T) {
	p, account := opened(t)
	p.refuse = 1
	for _, want := range []int{http.StatusUnauthorized, http.StatusOK} {
		answer, err := account.Post(t.Context(), "google", "https://datamanager.googleapis.com/v1/x", nil)
		require.NoError(t, err)
		require.Equal(t, want, answer.Status)
	}
	require.Equal(t, 2, p.Tokens)
}

func TestNoTokenIsUsedUntilItsEnd(t *testing.T) {
	p, account := opened(t)
	for _, left := range []time.Duration{0, margin - time.Second, margin + time.Minute} {
		_, err := account.token(t.Context())
		require.NoError(t, err)
		account.until = time.Now().Add(left)
	}
	require.Equal(t, 3, p.Tokens)
	_, err := account.token(t.Context())
	require.NoError(t, err)
	require.Equal(t, 3, p.Tokens)
}

func TestAKeyThatIsNoneIsRefusedAndNotShown(t *testing.T) {
	good := googletest.Open(t, scope).Key()
	for text, want := range map[string]string{
		"hush": "the key of a service account in JSON",
		strings.Replace(good, "service_account", "authorized_user", 1): "the key of a service account in JSON",
		strings.Replace(good, "BEGIN PRIVATE", "BEGIN HUSH", 1):        "an RSA key in PEM: it is no PEM",
		strings.Replace(good, "https://oauth2", "http://oauth2", 1):    "token_uri is not as expected",
	} {
		_, err := Open("GOOGLE_KEY", text, scope, http.DefaultClient)
		require.ErrorContains(t, err, "GOOGLE_KEY")
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hush")
		require.NotContains(t, err.Error(), "MII")
	}
}

func TestWhyAnAPIRefusesIsRead(t *testing.T) {
	said := channel.Answer{Status: http.StatusTooManyRequests, Body: []byte(`{"error":{"code":429,"message":"Too many.","status":"RESOURCE_EXHAUSTED","details":[
		{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{"quota_limit":"PerDay"}},
		{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"},
		{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"a.b","reason":"NONE"}]}]}}`)}
	require.Equal(t, Refusal{Status: "RESOURCE_EXHAUSTED", Message: "Too many.", Reason: "RATE_LIMIT_EXCEEDED", Limit: "PerDay",
		After: 3500 * time.Millisecond, Violations: []Violation{{"a.b", "NONE"}}}, Refused(said))
	said.Status = http.StatusOK
	require.Empty(t, Refused(said), "it was done")
	require.Empty(t, Refused(channel.Answer{Status: http.StatusBadGateway, Body: []byte("<html>")}))
}
