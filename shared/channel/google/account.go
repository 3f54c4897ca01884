// Package google talks to those APIs of Google's that a service account may use, by plain
// HTTP: what several channels need of them.
package google

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// Account is a service account of Google's. It is safe for concurrent use.
type Account struct {
	setting, scope string
	key            key
	signer         jose.Signer
	client         *http.Client
	turn           chan struct{} // held by who looks at the rest
	kept           string
	until          time.Time
}

// key is a service account's key as Google hands it out.
type key struct {
	Type     string `json:"type"`
	Project  string `json:"project_id"`
	ID       string `json:"private_key_id"`
	Private  string `json:"private_key"`
	Email    string `json:"client_email"`
	TokenURI string `json:"token_uri"`
}

// Open reads the key of a service account, the whole JSON file as Google hands it out.
// Scope is all that its tokens may be used for. The error names the setting that the key is
// from, and does not show the key.
func Open(setting, text, scope string, client *http.Client) (*Account, error) {
	var k key
	if err := json.Unmarshal([]byte(text), &k); err != nil || k.Type != "service_account" || k.Project == "" || k.Email == "" {
		return nil, fmt.Errorf("%s is not as expected, the key of a service account in JSON, whole", setting)
	}
	private, err := k.private()
	if err != nil {
		return nil, fmt.Errorf("%s: private_key is not as expected, an RSA key in PEM: %w", setting, err)
	}
	if u, ok := function.OnWeb(k.TokenURI); !ok || u.Scheme != "https" {
		return nil, fmt.Errorf("%s: token_uri is not as expected, https://oauth2.googleapis.com/token", setting)
	}
	options := new(jose.SignerOptions).WithType("JWT")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.ID}}, options)
	k.Private = ""
	return &Account{setting: setting, scope: scope, key: k, signer: signer, client: client, turn: make(chan struct{}, 1)}, err
}

func (k key) private() (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(k.Private))
	if block == nil {
		return nil, errors.New("it is no PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("it is no PKCS #8")
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("it is %T", parsed)
	}
	return private, nil
}

// Project returns the id of the project that the account is of.
func (a *Account) Project() string { return a.key.Project }

// Post calls a method of an API with a body in JSON, as this account. The error is a
// *channel.Fault, and says neither token nor body; what the API refuses is none, but an
// answer (Refused). A token that the API does not take is dropped.
func (a *Account) Post(ctx context.Context, provider, address string, body any) (channel.Answer, error) {
	token, err := a.token(ctx)
	if err != nil {
		return channel.Answer{}, err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return channel.Answer{}, function.Never(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		return channel.Answer{}, function.Never(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "redthread")
	answer, err := channel.Ask(a.client, provider, req, channel.Brief)
	if answer.Status == http.StatusUnauthorized {
		a.forget(token)
	}
	return answer, err
}
