package google

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"

	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// margin is how long before its end a token is no longer used.
const margin = time.Minute

// token returns an access token that is good, and keeps it until shortly before it ends. Of
// those who want one at a time, one asks for it.
func (a *Account) token(ctx context.Context) (string, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if a.kept != "" && time.Until(a.until) > margin {
		return a.kept, nil
	}
	return a.fetch(ctx)
}

// forget drops a token that was refused.
func (a *Account) forget(token string) {
	a.turn <- struct{}{}
	defer func() { <-a.turn }()
	if a.kept == token {
		a.kept = ""
	}
}

// fetch asks for a token (RFC 7523, section 2.1;
// https://developers.google.com/identity/protocols/oauth2/service-account).
func (a *Account) fetch(ctx context.Context) (string, error) {
	now := time.Now()
	assertion, err := jwt.Signed(a.signer).Claims(map[string]any{"iss": a.key.Email, "scope": a.scope,
		"aud": a.key.TokenURI, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}).Serialize()
	if err != nil {
		return "", function.Never(err)
	}
	form := url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.key.TokenURI, strings.NewReader(form.Encode()))
	if err != nil {
		return "", function.Never(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := channel.Ask(a.client, req.URL.Host, req, channel.Brief)
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
	if err := json.Unmarshal(answer.Body, &said); err != nil || answer.Status != http.StatusOK || said.Token == "" {
		return "", &channel.Fault{After: channel.RetryAfter(answer.Header.Get("Retry-After"), now),
			Err: fmt.Errorf("%s gave no access token for %s: %d %s", req.URL.Host, a.setting, answer.Status, said.Error)}
	}
	a.kept, a.until = said.Token, now.Add(time.Duration(said.Seconds)*time.Second)
	return a.kept, nil
}
