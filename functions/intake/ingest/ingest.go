// Package ingest takes CloudEvents from systems outside the cluster and passes them on to
// the broker. Each such source has a name, posts to /ingest/NAME, and shows who it is by
// one of two ways:
//
//   - a signature after Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA-256
//     over id, time stamp and body, by the source's key. It covers the body only, so that
//     signed events come in structured mode or as a batch;
//   - a token of an OpenID Connect issuer, for events in any mode.
//
// A signature is good for five minutes and, once what it signed was taken, only once. A
// source that got no answer signs again with a new time stamp, as the libraries do; what
// is then passed on a second time is found out by its source and id, as ever (DESIGN §7).
// Of a signature whose events were not taken nothing is remembered: nothing is lost.
package ingest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"redthread.dev/events"
	"redthread.dev/shared/channel/webhook"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

//go:embed function.yaml
var manifest []byte

const name = "ingest"

// Spec is the function.
var Spec = function.Define(name, manifest, serve)

type settings struct {
	Sources  string `envconfig:"SOURCES"`                                     // secret; see roll.go for its form
	File     string `envconfig:"SOURCES_FILE"`                                // of a mounted secret, instead
	Issuer   string `envconfig:"OIDC_ISSUER"`                                 // https://issuer; empty: no tokens are taken
	Audience string `envconfig:"OIDC_AUDIENCE"`                               // that tokens must be meant for
	Batch    int    `envconfig:"BATCH" default:"500" least:"1" most:"100000"` // events of one request
}

// gate is what all requests pass.
type gate struct {
	env    function.Env
	roll   *roll
	tokens *tokens // nil: none are taken
	batch  int
}

func serve(s settings, env function.Env) (*function.Function, error) {
	g := &gate{env: env, batch: s.Batch}
	var err error
	if g.tokens, err = newTokens(s); err != nil {
		return nil, fmt.Errorf("settings of ingest: %w", err)
	}
	if g.roll, err = newRoll(s, env.Log); err != nil {
		return nil, fmt.Errorf("settings of ingest: %w", err)
	}
	pages := http.NewServeMux()
	pages.HandleFunc("POST /ingest/{source}", g.take)
	return &function.Function{Handle: refuse, Pages: pages}, nil
}

// refuse is what the broker would be told: it has no trigger for this function.
func refuse(_ context.Context, e events.Event) (*events.Event, error) {
	return nil, function.Neverf("ingest: %s: events are posted to /ingest/SOURCE", events.Tag(e))
}

// newTokens is how tokens are checked; nil: they are not asked for.
func newTokens(s settings) (*tokens, error) {
	if s.Issuer == "" {
		return nil, nil
	}
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.User != nil || !(u.Scheme == "https" || u.Scheme == "http" && webhook.Loopback(u.Hostname())) {
		return nil, fmt.Errorf("OIDC_ISSUER is %q, expected an issuer's address, https://host/path; http is for this machine itself only", store.Redacted(s.Issuer))
	}
	if s.Audience == "" {
		return nil, errors.New("OIDC_AUDIENCE is empty, expected the audience that tokens of OIDC_ISSUER are made for: any token of the issuer would be good otherwise")
	}
	return &tokens{issuer: s.Issuer, audience: s.Audience, web: patientWeb()}, nil
}
