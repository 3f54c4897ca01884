// Package consent keeps the customer's word. Collect folds consents, bounces and
// complaints into the profile; here is what follows from them: whatever is still
// waiting for a customer who no longer wants it is stopped, those who withdraw from
// advertisements are taken out of every audience, and all that the suite holds about
// somebody is erased or handed out when they ask. It serves the page that the
// unsubscribe link of a mail leads to.
package consent

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/words"
)

//go:embed function.yaml
var manifest []byte

const name = "consent"

// source is who says it in the events of this function.
const source = "/redthread/" + name

// Spec is the function.
var Spec = function.Spec{Name: name, Manifest: manifest, Settings: new(settings), New: serve}

type settings struct {
	Country   string        `envconfig:"DEFAULT_COUNTRY" default:"DK" want:"country"`           // as collect has it
	Key       string        `envconfig:"IDENTITY_KEY"`                                          // secret, as collect has it
	LinkKey   string        `envconfig:"LINK_KEY"`                                              // secret; signs links, the first of several
	PublicURL string        `envconfig:"PUBLIC_URL" default:"http://127.0.0.1:8080" want:"url"` // where customers reach the pages
	Brand     string        `envconfig:"BRAND"`                                                 // a brand.yaml; the made-up shop without
	Outbox    string        `envconfig:"OUTBOX" default:"outbox" want:"folder"`                 // folder of the channels that write files
	Patience  time.Duration `envconfig:"PATIENCE" default:"24h" least:"0s" most:"720h"`         // with audiences, before all else is erased
}

// clerk does what customers ask for.
type clerk struct {
	env      function.Env
	rules    profile.Rules
	links    words.Links
	brand    words.Brand
	texts    words.Texts
	outbox   string
	patience time.Duration
	most     int // documents in one commit
}

func serve(env function.Env) (*function.Function, error) {
	c, err := newClerk(env)
	if err != nil {
		return nil, err
	}
	return c.function()
}

func (c *clerk) function() (*function.Function, error) {
	m, err := function.ParseManifest(name, manifest)
	if err != nil {
		return nil, err
	}
	pages, err := c.pages()
	if err != nil {
		return nil, err
	}
	return &function.Function{Manifest: m, Handle: c.handle, Pages: pages}, nil
}

func newClerk(env function.Env) (*clerk, error) {
	var s settings
	if err := function.Settings(env, name, &s); err != nil {
		return nil, err
	}
	if len(s.Key) < 16 {
		return nil, fmt.Errorf("settings of consent: IDENTITY_KEY: %d characters, expected at least 16, the same as collect's", len(s.Key))
	}
	links, err := words.ReadLinks(s.PublicURL, s.LinkKey)
	if err != nil {
		return nil, fmt.Errorf("settings of consent: %w", err)
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	// Kiosks are no exception here: what came under a kiosk's name is erased as well.
	c := &clerk{env: env, rules: profile.Rules{Country: s.Country, Secret: []byte(s.Key), Limits: profile.DefaultLimits},
		outbox: s.Outbox, patience: s.Patience, most: store.MaxWrites, links: links}
	if c.brand, err = words.ReadBrand(s.Brand); err != nil {
		return nil, fmt.Errorf("settings of consent: %w", err)
	}
	c.texts, err = speech(c.brand)
	return c, err
}

// attempts is how often something that lost a race is begun again before the broker
// is asked to deliver the event anew.
const attempts = 12

func (c *clerk) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	do, err := c.task(e)
	if err != nil {
		return nil, function.Never(err)
	}
	id := events.ProfileID(e)
	if id == "" {
		return nil, function.Neverf("consent: %s has no profileid: it has not been through collect", events.Tag(e))
	}
	for try := range attempts {
		reply, err := do(ctx, id)
		if !errors.Is(err, store.ErrConflict) {
			return reply, wrapped(e, err)
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, wrapped(e, err)
		}
	}
	return nil, fmt.Errorf("consent: %s: lost %d races", events.Tag(e), attempts)
}

func wrapped(e events.Event, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("consent: %s: %w", events.Tag(e), err)
}

// task is one thing to do for the customer with a profile id. It may be done over
// and over: what was done is found done. ErrConflict asks to begin again.
type task func(ctx context.Context, id string) (*events.Event, error)

func nothing(context.Context, string) (*events.Event, error) { return nil, nil }

// task reads from an event what there is to do.
func (c *clerk) task(e events.Event) (task, error) {
	data, err := events.Parse(e)
	if err != nil {
		return nil, err
	}
	cause := events.Hash(e)
	switch d := data.(type) {
	case *events.ConsentChanged:
		if d.Granted {
			return nothing, nil
		}
		return c.stop("consent withdrawn", cause), nil
	case *events.MessageBounced:
		if d.Kind != events.BounceHard || d.Address != "" { // the customer may have others
			return nothing, nil
		}
		return c.stop("address bounced", cause), nil
	case *events.MessageComplained:
		return c.stop("customer complained", cause), nil
	case *events.ErasureRequested:
		return c.erase(cause, true), nil
	case *events.ExportRequested:
		return c.export(cause, d), nil
	case *events.ExportCompleted:
		return c.handOut(d.ReceiptID), nil
	case *events.ActionCompleted:
		return c.proceed(d.ActionID), nil
	case *events.ActionFailed:
		return c.proceed(d.ActionID), nil
	case *events.TimerDue:
		return c.lose(d), nil
	}
	return nil, fmt.Errorf("it does not handle %s: the trigger is wrong", events.Kind(e.Type()))
}

// reply makes an event about a customer: the same one, with the same id, at each
// delivery of what it answers.
func reply(profileID, id string, at time.Time, data events.Data) (*events.Event, error) {
	e, err := events.New(source, id, at, data)
	if err != nil {
		return nil, function.Never(err)
	}
	e.SetExtension(events.ExtProfileID, profileID)
	e.SetExtension(events.ExtPartitionKey, profileID)
	return &e, nil
}
