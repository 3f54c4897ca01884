// Package googletest plays what Google's APIs have in common, to test who calls them: the
// service account and the place where it gets its tokens, and the published descriptions
// of the APIs. It checks with keys and texts of its own, not with those of who calls.
package googletest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Project and Email are whose the service account is, and Home is where its tokens are.
const (
	Project = "traad-trae"
	Email   = "shop@traad-trae.iam.gserviceaccount.com"
	Home    = "oauth2.googleapis.com"
)

// Office hands out tokens for one scope.
type Office struct {
	*testing.T
	Scope  string
	Tokens int // handed out; the last one is good

	key *rsa.PrivateKey
}

// usual is the key of all tests' service account, as it takes a while to make.
var usual = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Open makes one.
func Open(t *testing.T, scope string) *Office {
	t.Helper()
	key, err := usual()
	require.NoError(t, err)
	return &Office{T: t, Scope: scope, key: key}
}

// Key is the key of the service account, as Google hands it out.
func (o *Office) Key() string {
	o.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(o.key)
	require.NoError(o, err)
	text, err := json.Marshal(map[string]string{"type": "service_account", "project_id": Project, "private_key_id": "k-1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": Email, "token_uri": "https://" + Home + "/token", "universe_domain": "googleapis.com"})
	require.NoError(o, err)
	return string(text)
}

// SignIn answers a request to Home (RFC 7523). The error says what is wrong with it.
func (o *Office) SignIn(w io.Writer, r *http.Request, body []byte) error {
	form, err := url.ParseQuery(string(body))
	switch {
	case err != nil:
		return err
	case r.Host != Home || r.URL.Path != "/token" || r.Method != http.MethodPost || form.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
		return fmt.Errorf("it is a %s to %s%s with %v", r.Method, r.Host, r.URL.Path, form)
	}
	claims, err := Verified(form.Get("assertion"), func(alg string, digest, sum []byte) bool {
		return alg == "RS256" && rsa.VerifyPKCS1v15(&o.key.PublicKey, crypto.SHA256, digest, sum) == nil
	})
	if err != nil {
		return err
	}
	if claims["iss"] != Email || claims["aud"] != "https://"+Home+"/token" || claims["scope"] != o.Scope ||
		claims["exp"].(float64)-claims["iat"].(float64) > 3600 {
		return fmt.Errorf("claims are %v", claims)
	}
	o.Tokens++
	_, err = fmt.Fprintf(w, `{"access_token":"ya29.token-%d","expires_in":3599,"token_type":"Bearer"}`, o.Tokens)
	return err
}

// Admits tells whether a request bears the last token. Who does not is told so, as the
// APIs do.
func (o *Office) Admits(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Authorization") == fmt.Sprintf("Bearer ya29.token-%d", o.Tokens) {
		return true
	}
	w.WriteHeader(http.StatusUnauthorized)
	fmt.Fprint(w, `{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}`)
	return false
}

// Verified returns what a JWT says (RFC 7519), if its signature is good.
func Verified(token string, good func(alg string, digest, sum []byte) bool) (claims map[string]any, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no JWT", token)
	}
	var raw [3][]byte
	for i, part := range parts {
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return nil, err
		}
	}
	var header struct{ Alg, Typ, Kid string }
	if err := errors.Join(json.Unmarshal(raw[0], &header), json.Unmarshal(raw[1], &claims)); err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if header.Typ != "JWT" || !good(header.Alg, digest[:], raw[2]) {
		return nil, fmt.Errorf("the signature is not good: %+v", header)
	}
	return claims, nil
}
