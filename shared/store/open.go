package store

import (
	"context"
	"fmt"
	"time"

	"redthread.dev/shared/linked"
)

// Options are what a caller may ask of any driver.
type Options struct {
	// Clock tells a driver which documents have expired. It is never nil. A store
	// that is shared by several processes is read with each one's own clock.
	Clock func() time.Time
}

// Option sets one of the Options.
type Option func(*Options)

// WithClock makes the store live in another time than the machine's: in that of
// a demonstration that runs an hour a second, or of a test.
func WithClock(now func() time.Time) Option { return func(o *Options) { o.Clock = now } }

// Chosen returns what the options come to; what none of them sets has its default.
func Chosen(options ...Option) Options {
	o := Options{Clock: time.Now}
	for _, set := range options {
		set(&o)
	}
	return o
}

// Opener opens the store a URL names. Its errors need not repeat the URL.
type Opener func(ctx context.Context, url string, o Options) (Store, error)

var drivers linked.Drivers[Opener]

// Register makes a driver known to Open; each calls it from its init. The form is
// the URL as one would write it, "sqlite:FILE", for error messages. Registering a
// scheme twice panics, as two packages then disagree on whose documents it names.
func Register(scheme, form string, open Opener) { drivers.Register(scheme, form, open) }

// Open opens the store that address names, "sqlite:redthread.db", with the driver
// of its scheme, which must be linked: import its folder for its side effect. The error
// is linked.ErrMissing when it is not. A password in the address is left out of every
// error.
func Open(ctx context.Context, address string, options ...Option) (Store, error) {
	open, form, err := drivers.Of(address)
	if err != nil {
		return nil, fmt.Errorf("open store %q: %w", Redacted(address), err)
	}
	s, err := open(ctx, address, Chosen(options...))
	if err != nil {
		return nil, fmt.Errorf("open store %q (%s): %w", Redacted(address), form, redactedIn(err, address))
	}
	return s, nil
}
