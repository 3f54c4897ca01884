package flow

import (
	"fmt"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

// Flow is one flow: its handlers under its manifest and the policy.
type Flow struct {
	name     string
	manifest function.Manifest
	policy   Policy
	holdout  float64
	zone     *time.Location
	need     func(*profile.Profile, any) catalog.Need
	events   map[string]Handler
	timers   map[string]Handler
}

// Config is what a flow is made of.
type Config struct {
	Name     string // the folder's name
	Manifest []byte // function.yaml
	Handlers []Handler
	// Need says which catalogue facts a decision about the data needs; nil for
	// none. They are read through a cache before each decision.
	Need func(c *profile.Profile, data any) catalog.Need
}

// Make builds the pure part of a flow: what replay and tests run. Handlers and
// manifest must agree on the events.
func Make(env function.Env, c Config) (*Flow, error) {
	m, err := function.ParseManifest(c.Name, c.Manifest)
	if err != nil {
		return nil, err
	}
	f := &Flow{name: c.Name, manifest: m, need: c.Need, events: map[string]Handler{}, timers: map[string]Handler{}}
	if err := function.Settings(env, c.Name, &f.policy); err != nil {
		return nil, err
	}
	if f.zone, err = time.LoadLocation(f.policy.Zone); err != nil {
		return nil, fmt.Errorf("settings of %s: ZONE: %w; expected e.g. Europe/Copenhagen", c.Name, err)
	}
	if f.holdout = f.policy.Holdout; f.holdout < 0 {
		f.holdout = m.Holdout
	}
	for _, h := range c.Handlers {
		if h.timer != "" {
			f.timers[h.timer] = h
		} else {
			f.events[h.event] = h
		}
	}
	return f, f.agree()
}

// agree tells where handlers and manifest differ.
func (f *Flow) agree() error {
	listed := map[string]bool{timerDue: len(f.timers) == 0}
	for _, t := range f.manifest.Triggers {
		if _, ok := f.events[t.Type]; !ok && t.Type != timerDue {
			return fmt.Errorf("%s/function.yaml: triggers: %s has no handler", f.name, t.Type)
		}
		listed[t.Type] = true
	}
	for typ := range f.events {
		if !listed[typ] {
			return fmt.Errorf("%s/function.yaml: triggers: %s is handled but not listed", f.name, typ)
		}
	}
	if !listed[timerDue] {
		return fmt.Errorf("%s/function.yaml: triggers: the flow has timers but does not list %s", f.name, timerDue)
	}
	return nil
}

// Name returns the folder's name.
func (f *Flow) Name() string { return f.name }

// Manifest returns the flow's manifest.
func (f *Flow) Manifest() function.Manifest { return f.manifest }

// Handles tells whether the flow decides about events of the type.
func (f *Flow) Handles(eventType string) bool {
	_, ok := f.events[eventType]
	return ok
}
