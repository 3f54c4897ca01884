// Package campaigns makes of one planned event, which is about nobody, one for each
// customer whom it may concern: the same type and data, addressed by profileid, as if
// somebody had planned it for that customer alone. Flows hear it like any other event.
//
// A plan is kept as a thread of its own, which belongs to no customer, with a timer for
// when it begins, a newsletter's when it is to be sent, a catalogue's at once: so the function timers wakes it. It then walks the customers who take
// marketing (profile.Addressable), PACE of them a minute, and notes after each page how
// far it has come. What is cut off between two lines is taken up at the last note: some
// are addressed once more, by events with the same ids, and the flow finds that it has
// decided about these.
//
// A plan with a budget is walked twice: first to rank the customers whom it may concern by
// what they are expected to spend, then to address as many of the first as it can pay for
// (see ranking).
//
// A plan that comes twice is one plan. One with the same id and other content takes its
// place until it has begun; from then on it is too late. A plan that names a customer,
// such as a newsletter that the shop wants to see for itself before it goes to all, goes
// from collect to the flow, and is none of ours.
package campaigns

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

//go:embed function.yaml
var manifest []byte

const (
	name   = "campaigns"
	source = "/redthread/" + name
)

// Spec is the function.
var Spec = function.Define(name, manifest, serve)

type settings struct {
	Pace int           `envconfig:"PACE" default:"1000" least:"1" most:"20000"` // customers that a plan is addressed to in a minute
	Late time.Duration `envconfig:"LATE" default:"24h" least:"0s" most:"720h"`  // after its time: what is planned later than that is history
}

type campaigns struct {
	settings
	env function.Env
}

func serve(s settings, env function.Env) (*function.Function, error) {
	c := &campaigns{settings: s, env: env}
	return &function.Function{Handle: c.handle}, nil
}

// attempts is how often a plan that lost a race is written before the broker is asked to
// deliver it again.
const attempts = 12

func (c *campaigns) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	if (events.TimerDue{}).Type() == e.Type() {
		return nil, c.wake(ctx, e)
	}
	now := c.env.Now().UTC()
	if events.Check(e, now) != nil {
		return nil, nil // collect tells whoever sent it
	}
	if e.Time().IsZero() {
		e.Context = e.Context.Clone()
		e.SetTime(now)
	}
	for try := range attempts {
		err := c.plan(ctx, e, now)
		if !errors.Is(err, store.ErrConflict) {
			return nil, err
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, fmt.Errorf("campaigns: %s: %w", events.Tag(e), err)
		}
	}
	return nil, fmt.Errorf("campaigns: %s: lost %d races", events.Tag(e), attempts)
}

// plan keeps what was planned, unless something later is known of it.
func (c *campaigns) plan(ctx context.Context, e events.Event, now time.Time) error {
	brief, err := briefOf(e)
	switch {
	case err != nil:
		return function.Never(fmt.Errorf("campaigns: %w", err))
	case brief.personal:
		return nil
	case now.Sub(brief.begins) > c.Late:
		c.env.Log.Info("a plan is not begun, as its time is past", "event", events.Tag(e), "began", brief.begins)
		return nil
	}
	known, err := c.read(ctx, brief.id)
	if err != nil || !known.givesWayTo(e) {
		return err
	}
	return c.commit(ctx, known.replaced(e, brief.begins, now))
}
