package channel

import (
	"errors"
	"fmt"
	"time"
)

// Pace is how a channel works; its fields are settings of every channel, whose own
// settings struct embeds it.
type Pace struct {
	Rate        float64       `envconfig:"RATE" default:"0" most:"1000000"`      // sends a second of one instance to one provider; 0: no limit
	Concurrency int           `envconfig:"CONCURRENCY" default:"8" most:"10000"` // sends at a time, likewise
	Timeout     time.Duration `envconfig:"TIMEOUT" default:"15s"`                // of one send; at most 20 s
	Lease       time.Duration `envconfig:"LEASE" default:"30s" most:"24h"`       // of a claim; after that its holder is taken for dead
	MaxAge      time.Duration `envconfig:"MAX_AGE" default:"24h" most:"8760h"`   // marketing that was decided on longer ago is not sent
	MaxAttempts int           `envconfig:"MAX_ATTEMPTS" default:"8" most:"1000"` // before an action has failed
}

// Paced are the settings of a channel: a struct that embeds Pace.
type Paced interface{ pace() Pace }

func (p Pace) pace() Pace { return p }

// longest is the timeout that leaves a request, which has 25 s, time to wait for its
// turn and to mark what was sent.
const longest = 20 * time.Second

func (p Pace) check() error {
	var errs []error
	must := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	must(p.Rate >= 0, "RATE is %v, expected sends a second, 0 for no limit", p.Rate)
	must(p.Concurrency >= 1, "CONCURRENCY is %d, expected 1 or more", p.Concurrency)
	must(p.Timeout > 0 && p.Timeout <= longest, "TIMEOUT is %s, expected more than 0 and at most %s", p.Timeout, longest)
	must(p.Lease >= p.Timeout+marking, "LEASE is %s, expected at least TIMEOUT and %s, %s", p.Lease, marking, p.Timeout+marking)
	must(p.MaxAge > 0, "MAX_AGE is %s, expected more than 0", p.MaxAge)
	must(p.MaxAttempts >= 1, "MAX_ATTEMPTS is %d, expected 1 or more", p.MaxAttempts)
	return errors.Join(errs...)
}
