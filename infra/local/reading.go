package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"redthread.dev/functions"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// look opens the store for somebody who comes by: a server may be using it. A file
// that is not there is not made. Nothing expires meanwhile, as the documents may be of
// another time than the machine's.
func (t *terminal) look(ctx context.Context) (store.Store, error) {
	if strings.HasPrefix(t.storeURL(), "memory:") {
		return nil, fmt.Errorf("-store %s is in the memory of the process that serves it, where no other can look; expected one that is kept, as sqlite:FILE", t.store)
	}
	if file, ok := strings.CutPrefix(t.storeURL(), "sqlite:"); ok {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no store %s yet: serve, demo and import make one; name another with -data or -store", file)
		}
	}
	return store.Open(ctx, t.storeURL(), store.WithClock(longAgo))
}

// longAgo is a time at which nothing has expired yet.
func longAgo() time.Time { return time.Unix(1, 0) }

// rules are how identifiers are read on this machine: as collect does. The secret is
// empty when neither the environment nor the data folder has it.
func (t *terminal) rules() (profile.Rules, error) {
	var s struct {
		Country string         `envconfig:"DEFAULT_COUNTRY" default:"DK" want:"country"`
		Kiosks  profile.Kiosks `envconfig:"KIOSKS"`
		Key     string         `envconfig:"IDENTITY_KEY"`
	}
	if err := function.Settings(function.Env{}, "collect", &s); err != nil {
		return profile.Rules{}, err
	}
	if s.Key == "" {
		keys, err := suite.Keys(t.data)
		if err != nil {
			return profile.Rules{}, err
		}
		s.Key = keys["IDENTITY_KEY"]
	}
	r := profile.Rules{Country: s.Country, Secret: []byte(s.Key), Kiosks: s.Kiosks, Limits: profile.DefaultLimits}
	return r, nil
}

// flowNamed finds a flow.
func flowNamed(name string) (flow.Definition, error) {
	var all []string
	for _, d := range functions.Flows {
		if d.Name == name {
			return d, nil
		}
		all = append(all, d.Name)
	}
	slices.Sort(all)
	return flow.Definition{}, misusef("there is no flow %q; there are: %s", name, strings.Join(all, ", "))
}

// moment reads a time given as RFC 3339, or as a day: its beginning in UTC.
func moment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, misusef("replay: -%s %q: expected RFC 3339, or YYYY-MM-DD", flag, text)
}
