// Package collect knows the customer: for every event from outside it finds or
// makes the profile, folds the event into it, journals it, and answers with the
// same event and the profile's id. It costs at most three round trips to the store,
// unless identities must be worked out anew (see rework.go).
//
// An event about no customer, such as a price that changed, is journalled and
// answered with nothing: whoever wants it subscribes to it as it came in.
package collect

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

//go:embed function.yaml
var manifest []byte

const name = "collect"

// Spec is the function.
var Spec = function.Spec{Name: name, Manifest: manifest, Settings: new(settings), New: serve}

type settings struct {
	Country string         `envconfig:"DEFAULT_COUNTRY" default:"DK" want:"country"`            // of phone numbers that name none
	Key     string         `envconfig:"IDENTITY_KEY"`                                           // secret; what identifiers are hashed with
	Kiosks  profile.Kiosks `envconfig:"KIOSKS"`                                                 // device:…,cookie:… of the shop's own devices
	Strong  int            `envconfig:"STRONG_LIMIT" default:"5" least:"1" most:"5"`            // values of one strong type a customer may have
	Company int            `envconfig:"COMPANY_LIMIT" default:"40" most:"10000"`                // strong identifiers a device may be seen with
	History int            `envconfig:"HISTORY_LIMIT" default:"20000" least:"1" most:"1000000"` // events read to work identities out anew
}

// attempts is how often an event that lost a race is decided about anew before the
// broker is asked to deliver it again.
const attempts = 12

type collector struct {
	env   function.Env
	rules profile.Rules
	// history bounds the events that identities are worked out from anew.
	history int
	// room is how many documents one commit may write when identities are worked out anew.
	room int
}

func serve(env function.Env) (*function.Function, error) {
	m, err := function.ParseManifest(name, manifest)
	if err != nil {
		return nil, err
	}
	c, err := newCollector(env)
	if err != nil {
		return nil, err
	}
	return &function.Function{Manifest: m, Handle: c.handle}, nil
}

func newCollector(env function.Env) (*collector, error) {
	var s settings
	if err := function.Settings(env, name, &s); err != nil {
		return nil, err
	}
	if len(s.Key) < 16 {
		return nil, fmt.Errorf("settings of collect: IDENTITY_KEY: %d characters, expected at least 16; make one with: openssl rand -hex 32", len(s.Key))
	}
	if least := profile.StrongTypes * s.Strong; s.Company < least {
		// Fewer would make a device nobody's that one customer alone uses.
		return nil, fmt.Errorf("settings of collect: COMPANY_LIMIT is %d, expected at least %d: %d × STRONG_LIMIT", s.Company, least, profile.StrongTypes)
	}
	rules := profile.Rules{Country: s.Country, Secret: []byte(s.Key), Kiosks: s.Kiosks,
		Limits: profile.Limits{Strong: s.Strong, Company: s.Company}}
	return &collector{env: env, rules: rules.Prepared(), history: s.History, room: store.MaxWrites}, nil
}

func (c *collector) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	now := c.env.Now().UTC()
	if err := events.Check(e, now); err != nil {
		return nil, function.Never(fmt.Errorf("collect: %w", err))
	}
	if e.Time().IsZero() {
		e.Context = e.Context.Clone()
		e.SetTime(now)
	}
	for try := range attempts {
		reply, err := c.once(ctx, e, now, try > 0)
		if err == nil || !errors.Is(err, store.ErrConflict) {
			return reply, err
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, fmt.Errorf("collect %s: %w", events.Tag(e), err)
		}
	}
	return nil, fmt.Errorf("collect %s: lost %d races", events.Tag(e), attempts)
}
