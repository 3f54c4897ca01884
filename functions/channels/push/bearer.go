package push

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// bearer gets access tokens for a service account of Google's (RFC 7523, section 2.1;
// https://developers.google.com/identity/protocols/oauth2/service-account) and keeps each
// until shortly before it ends.
type bearer struct {
	account account
	signer  jose.Signer
	client  *http.Client
	turn    chan struct{} // held by who looks at the rest
	kept    string
	until   time.Time
}

// account is a service account's key as Google hands it out.
type account struct {
	Type     string `json:"type"`
	Project  string `json:"project_id"`
	KeyID    string `json:"private_key_id"`
	Key      string `json:"private_key"`
	Email    string `json:"client_email"`
	TokenURI string `json:"token_uri"`
}

// scope is all that the tokens may be used for.
const scope = "https://www.googleapis.com/auth/firebase.messaging"

// newBearer reads FCM_KEY, which the error does not show.
func newBearer(key string, client *http.Client) (*bearer, string, error) {
	var a account
	if err := json.Unmarshal([]byte(key), &a); err != nil || a.Type != "service_account" || a.Project == "" || a.Email == "" {
		return nil, "", errors.New("FCM_KEY is not as expected, the key of a service account in JSON, whole")
	}
	private, err := a.private()
	if err != nil {
		return nil, "", fmt.Errorf("FCM_KEY: private_key is not as expected, an RSA key in PEM: %w", err)
	}
	if u, ok := function.OnWeb(a.TokenURI); !ok || u.Scheme != "https" {
		return nil, "", errors.New("FCM_KEY: token_uri is not as expected, https://oauth2.googleapis.com/token")
	}
	options := new(jose.SignerOptions).WithType("JWT")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: a.KeyID}}, options)
	a.Key = ""
	return &bearer{account: a, signer: signer, client: client, turn: make(chan struct{}, 1)}, a.Project, err
}

func (a account) private() (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(a.Key))
	if block == nil {
		return nil, errors.New("it is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("it is no PKCS #8")
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("it is %T", key)
	}
	return private, nil
}

// margin is how long before its end a token is no longer used.
const margin = time.Minute

// token returns one that is good. Of those who want one at a time, one asks for it.
func (b *bearer) token(ctx context.Context) (string, error) {
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if b.kept != "" && time.Until(b.until) > margin {
		return b.kept, nil
	}
	return b.fetch(ctx)
}

// forget drops a token that was refused.
func (b *bearer) forget(token string) {
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	if b.kept == token {
		b.kept = ""
	}
}

func (b *bearer) fetch(ctx context.Context) (string, error) {
	now := time.Now()
	assertion, err := jwt.Signed(b.signer).Claims(map[string]any{"iss": b.account.Email, "scope": scope,
		"aud": b.account.TokenURI, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}).Serialize()
	if err != nil {
		return "", function.Never(err)
	}
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.account.TokenURI, strings.NewReader(form.Encode()))
	if err != nil {
		return "", function.Never(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := ask(b.client, req.URL.Host, req)
	if err != nil {
		var f *channel.Fault
		if errors.As(err, &f) {
			f.Unsure = false // nothing was sent yet
		}
		return "", err
	}
	var said struct {
		Token   string `json:"access_token"`
		Seconds int    `json:"expires_in"`
		Error   string `json:"error"` // RFC 6749, section 5.2
	}
	if err := json.Unmarshal(a.body, &said); err != nil || a.status != http.StatusOK || said.Token == "" {
		return "", &channel.Fault{After: channel.RetryAfter(a.header.Get("Retry-After"), now),
			Err: fmt.Errorf("%s gave no access token for FCM_KEY: %d %s", req.URL.Host, a.status, said.Error)}
	}
	b.kept, b.until = said.Token, now.Add(time.Duration(said.Seconds)*time.Second)
	return b.kept, nil
}
