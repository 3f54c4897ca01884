package flow

import (
	"fmt"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/words"
)

// Rules is what a flow decides by.
type Rules struct {
	Handlers []Handler
	// Need says which catalogue facts a decision about the data needs; nil for
	// none. They are read through a cache before each decision.
	Need func(c *profile.Profile, data any) catalog.Need
	// Kept is Need for a flow that asks by what it keeps in the thread.
	Kept func(c *profile.Profile, t *thread.Thread, data any) catalog.Need
}

// need is one of the two, or nil.
func (r Rules) need() func(*Input) catalog.Need {
	switch {
	case r.Kept != nil:
		return func(in *Input) catalog.Need { return r.Kept(in.Profile, &in.Thread, in.Data) }
	case r.Need != nil:
		return func(in *Input) catalog.Need { return r.Need(in.Profile, in.Data) }
	}
	return nil
}

// Definition is what a flow's folder exports.
type Definition struct {
	Name     string // the folder's name
	Manifest []byte // function.yaml
	Settings any    // a pointer to the flow's empty settings struct

	rules func(function.Env) (Rules, error)
}

// Define ties a flow's manifest, texts and rules together. The settings S are read
// by envconfig when the flow is made; texts may be nil for a flow that writes to
// nobody.
func Define[S any](name string, manifest, texts []byte, rules func(S, words.Texts) Rules) Definition {
	return Definition{Name: name, Manifest: manifest, Settings: new(S), rules: func(env function.Env) (Rules, error) {
		var s S
		if err := function.Settings(env, name, &s); err != nil {
			return Rules{}, err
		}
		var t words.Texts
		if texts != nil {
			var err error
			if t, err = words.Load(texts); err != nil {
				return Rules{}, fmt.Errorf("%s/words.yaml: %w", name, err)
			}
		}
		return rules(s, t), nil
	}}
}

// Spec returns the flow as a function to serve.
func (d Definition) Spec() function.Spec {
	return function.Spec{Name: d.Name, Manifest: d.Manifest, Settings: d.Settings, New: d.serve}
}

// Flow is one flow: its handlers under its manifest and the policy.
type Flow struct {
	name     string
	manifest function.Manifest
	policy   Policy
	holdout  float64
	zone     *time.Location
	silent   bool // see function.Env
	need     func(*Input) catalog.Need
	events   map[string]Handler
	timers   map[string]Handler
}

// Make builds the pure part of a flow: what replay and tests run. It is an error
// when the manifest and the handlers do not agree on the events.
func (d Definition) Make(env function.Env) (*Flow, error) {
	m, err := function.ParseManifest(d.Name, d.Manifest)
	if err != nil {
		return nil, err
	}
	rules, err := d.rules(env)
	if err != nil {
		return nil, err
	}
	f := &Flow{name: d.Name, manifest: m, silent: env.Silent, need: rules.need(), events: map[string]Handler{}, timers: map[string]Handler{}}
	if err := function.Settings(env, d.Name, &f.policy); err != nil {
		return nil, err
	}
	if f.zone, err = time.LoadLocation(f.policy.Zone); err != nil {
		return nil, fmt.Errorf("settings of %s: ZONE: %w", d.Name, err)
	}
	switch f.holdout = f.policy.Holdout; {
	case f.holdout == -1:
		f.holdout = m.Holdout
	case f.holdout < 0:
		return nil, fmt.Errorf("settings of %s: HOLDOUT is %v, expected 0 to 1, or -1 for the manifest's", d.Name, f.holdout)
	}
	for _, h := range rules.Handlers {
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
	listed := map[string]bool{}
	for _, t := range f.manifest.Triggers {
		listed[t.Type] = true
		if _, ok := f.events[t.Type]; !ok && t.Type != timerDue {
			return fmt.Errorf("%s/function.yaml: triggers: %s has no handler", f.name, t.Type)
		}
	}
	for typ := range f.events {
		if !listed[typ] {
			return fmt.Errorf("%s/function.yaml: triggers: %s is handled but not listed", f.name, typ)
		}
	}
	if !listed[timerDue] {
		// Any act may be put off to the end of quiet hours, and comes back as a timer.
		return fmt.Errorf("%s/function.yaml: triggers: %s is not listed", f.name, timerDue)
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
