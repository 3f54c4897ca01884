package ingest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"
)

// issuer is a small OpenID Connect issuer: its discovery and its keys.
type issuer struct {
	t      *testing.T
	server *httptest.Server
	key    atomic.Pointer[jose.JSONWebKey]
	down   atomic.Bool
	asked  atomic.Int32
}

func newIssuer(t *testing.T) *issuer {
	i := &issuer{t: t}
	i.rotate("k-1")
	i.server = httptest.NewServer(http.HandlerFunc(i.serve))
	t.Cleanup(i.server.Close)
	return i
}

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.asked.Add(1)
	if i.down.Load() {
		http.Error(w, "away", http.StatusServiceUnavailable)
		return
	}
	var answer any = jose.JSONWebKeySet{Keys: []jose.JSONWebKey{i.key.Load().Public()}}
	if r.URL.Path == "/.well-known/openid-configuration" {
		answer = map[string]any{"issuer": i.server.URL, "jwks_uri": i.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // the caller is gone
}

// rotate gives the issuer another key.
func (i *issuer) rotate(id string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(i.t, err)
	i.key.Store(&jose.JSONWebKey{Key: key, KeyID: id, Algorithm: "RS256", Use: "sig"})
}

// token signs claims, the usual ones but for some.
func (i *issuer) token(changed map[string]any) string {
	claims := map[string]any{"iss": i.server.URL, "aud": "ingest", "sub": "crm@cluster", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix()}
	for name, value := range changed {
		claims[name] = value
	}
	body, err := json.Marshal(claims)
	require.NoError(i.t, err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: i.key.Load()}, nil)
	require.NoError(i.t, err)
	signed, err := signer.Sign(body)
	require.NoError(i.t, err)
	text, err := signed.CompactSerialize()
	require.NoError(i.t, err)
	return text
}

// shown posts an event in binary mode as a source that shows a token.
func (c *town) shown(source, token, id string) (int, string) {
	r, err := http.NewRequest(http.MethodPost, c.server.URL+"/ingest/"+source, strings.NewReader(`{"customer":{"email":"ann@shop.example"}}`))
	require.NoError(c.t, err)
	header("Authorization", "Bearer "+token, "Content-Type", "application/json", "ce-specversion", "1.0", "ce-id", id,
		"ce-source", "/crm", "ce-type", "dev.redthread.app.opened.v1", "ce-profileid", "forged")(r)
	status, text, _ := c.post(r)
	return status, text
}

// soon shows a token until it is answered like this.
func (c *town) soon(status int, token string) {
	require.Eventually(c.t, func() bool {
		got, _ := c.shown("crm", token, "soon")
		return got == status
	}, 10*time.Second, time.Millisecond, status)
}

func withTokens(t *testing.T, i *issuer) *town {
	return sited(t, map[string]string{"OIDC_ISSUER": i.server.URL, "OIDC_AUDIENCE": "ingest"})
}

func TestATokenOfTheSourcesOwnIsGoodInAnyMode(t *testing.T) {
	i := newIssuer(t)
	c := withTokens(t, i)
	for _, id := range []string{"1", "2", "2"} {
		status, text := c.shown("crm", i.token(nil), id)
		require.Equal(t, 202, status, text)
	}
	require.Equal(t, []string{"1", "2", "2"}, c.ids(), "a token is good for as long as it says")
	require.Empty(t, attribute(t, c.sent[0], "profileid"))
	require.EqualValues(t, 2, i.asked.Load(), "discovery and keys are kept")
}

func TestATokenThatIsNotTheSourcesOwnIsRefused(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	c := withTokens(t, i)
	for name, token := range map[string]string{
		"of another issuer":        other.token(nil),
		"by another's key":         other.token(map[string]any{"iss": i.server.URL}),
		"for another audience":     i.token(map[string]any{"aud": "console"}),
		"of somebody else":         i.token(map[string]any{"sub": "till@cluster"}),
		"of nobody":                i.token(map[string]any{"sub": ""}),
		"that has ended":           i.token(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}),
		"without an end":           i.token(map[string]any{"exp": nil}),
		"that is not good yet":     i.token(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}),
		"changed":                  strings.Replace(i.token(nil), ".", ".e", 1),
		"that is not signed":       "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjcm1AY2x1c3RlciJ9.",
		"by the key as a password": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjcm1AY2x1c3RlciJ9.AAAA",
		"that is none":             "hello",
		"that is empty":            "",
	} {
		before := counted(t, "crm", "token")
		status, text := c.shown("crm", token, "1")
		require.Equal(t, 401, status, name)
		require.Equal(t, errUnknown, text, name)
		require.Equal(t, before+1, counted(t, "crm", "token"), name)
	}
	status, _ := c.shown("webshop", i.token(nil), "1")
	require.Equal(t, 401, status, "a source that has a key and no subject")
	require.Empty(t, c.ids())
	require.NotContains(t, c.log.String(), "crm@cluster")
}

func TestTheIssuersKeysAreRotated(t *testing.T) {
	i := newIssuer(t)
	c := withTokens(t, i)
	old := i.token(nil)
	status, text := c.shown("crm", old, "1")
	require.Equal(t, 202, status, text)
	i.rotate("k-2")
	// go-oidc shows its new keys to who asked for them an instant before it keeps them.
	c.soon(202, i.token(nil))
	c.soon(401, old)
}

func TestAnIssuerThatIsAwayRefusesNobody(t *testing.T) {
	i := newIssuer(t)
	c := withTokens(t, i)
	i.down.Store(true)
	status, text := c.shown("crm", i.token(nil), "1")
	require.Equal(t, 503, status, text)
	require.Contains(t, c.log.String(), errIssuer.Error())
	i.down.Store(false)
	status, text = c.shown("crm", i.token(nil), "1")
	require.Equal(t, 202, status, text)

	i.down.Store(true)
	status, text = c.shown("crm", i.token(nil), "2")
	require.Equal(t, 202, status, "its keys are known: %s", text)
	i.rotate("k-2")
	status, _ = c.shown("crm", i.token(nil), "3")
	require.Equal(t, 503, status, "its new key is not")
	require.Equal(t, []string{"1", "2"}, c.ids())
}

func TestMadeUpTokensDoNotHaveUsAskTheIssuerOnAndOn(t *testing.T) {
	i, other := newIssuer(t), newIssuer(t)
	other.rotate("k-unknown")
	check := &tokens{issuer: i.server.URL, audience: "ingest", web: &http.Client{Transport: &paced{rate.NewLimiter(0, 5)}}}
	made := other.token(map[string]any{"iss": i.server.URL})
	_, err := check.subject(t.Context(), i.token(nil))
	require.NoError(t, err)
	require.Eventually(t, func() bool { // askers share an answer that has just come, so that how many it takes varies
		_, err := check.subject(t.Context(), made)
		return errors.Is(err, errIssuer)
	}, 10*time.Second, 100*time.Microsecond)
	for range 50 {
		_, err = check.subject(t.Context(), made)
		require.Error(t, err)
	}
	require.EqualValues(t, 5, i.asked.Load())
	subject, err := check.subject(t.Context(), i.token(nil))
	require.NoError(t, err, "of a key that is known nobody is asked")
	require.Equal(t, "crm@cluster", subject)
}
