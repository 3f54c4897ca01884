package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/time/rate"
)

// tokens checks the tokens of one OpenID Connect issuer. Its keys are asked for at the
// first token and kept; a token of a key that is not known asks again.
type tokens struct {
	issuer, audience string
	web              *http.Client

	mu    sync.Mutex
	check *oidc.IDTokenVerifier // nil: the issuer has not been reached yet
}

// errIssuer says that the issuer could not be asked: the token may be good.
var errIssuer = errors.New("the issuer of tokens could not be asked")

// subject returns whose token it is: one of the issuer, for this audience, and of this
// hour. It returns errIssuer when that cannot be told now.
func (t *tokens) subject(ctx context.Context, token string) (string, error) {
	check, err := t.verifier(ctx)
	if err != nil {
		return "", err
	}
	id, err := check.Verify(oidc.ClientContext(ctx, t.web), token)
	switch {
	case err == nil:
		return id.Subject, nil
	case strings.Contains(err.Error(), "fetching keys"): // the library has no error of its own for it
		return "", fmt.Errorf("%w: %w", errIssuer, err)
	}
	return "", err
}

// verifier asks the issuer where its keys are, once it can be reached.
func (t *tokens) verifier(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.check != nil {
		return t.check, nil
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, t.web), t.issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errIssuer, err)
	}
	t.check = provider.Verifier(&oidc.Config{ClientID: t.audience})
	return t.check, nil
}

// patientWeb asks the issuer no more than once a second, after a few times at once: with
// made-up tokens anybody could have us ask.
func patientWeb() *http.Client {
	return &http.Client{Timeout: 5 * time.Second, Transport: &paced{rate.NewLimiter(1, 5)}}
}

type paced struct{ pace *rate.Limiter }

var errAskedEnough = errors.New("it has been asked often enough")

// RoundTrip implements http.RoundTripper.
func (p *paced) RoundTrip(r *http.Request) (*http.Response, error) {
	if !p.pace.Allow() {
		return nil, errAskedEnough
	}
	return http.DefaultTransport.RoundTrip(r)
}
