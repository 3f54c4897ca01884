// Package channel is the one runtime of all channels. It claims an action, asks once
// more whether it should still be done, has a Sender do it, and marks what came of
// it; a channel's own folder says only how its provider is talked to.
package channel

import (
	"context"
	"net/http"
	"time"

	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
)

// Delivery is one action to be done now. It has been claimed and looked at again:
// the customer may still be reached, and still should be.
type Delivery struct {
	Action  action.Action
	Profile *profile.Profile // whom it is for today, after merges; read only
}

// Key returns the idempotency key: the same at each try of the same action, and no
// other's; 22 letters, digits, - and _.
func (d Delivery) Key() string { return d.Action.ID }

// Receipt is what a provider gives for a delivery. It must not name the customer.
type Receipt struct {
	Provider  string // who did it, e.g. smtp
	Reference string // the provider's own id of it
}

// Sender talks to a provider. Send is called by several goroutines at once and ends
// with the context. An error means that it was not done and is to be tried again,
// unless it is a *Fault that says more. A Receipt beside an error may name the
// provider. What errors say is freed of the customer's identifiers before it is kept.
//
// A Sender that has pages or something to close is a Pager or an io.Closer as well.
type Sender interface {
	Send(ctx context.Context, d Delivery) (Receipt, error)
}

// Repeater is a Sender to which the same delivery may come again without harm,
// because its provider knows it by its key. After a crash it is simply asked again.
type Repeater interface {
	Sender
	Repeats() bool
}

// Pager is a Sender that serves pages, under its own paths.
type Pager interface {
	Sender
	Pages() http.Handler
}

// Divided is a Sender of several providers. What RATE and CONCURRENCY say, and how long one
// asks to be let alone, is each one's own.
type Divided interface {
	Sender
	Provider(d Delivery) string // whom it would be sent through, as its Receipt would say
}

// Fault is an error that says more than that a delivery is to be tried again.
type Fault struct {
	Err    error
	Never  bool          // trying again is of no use
	Unsure bool          // it may have been done all the same
	After  time.Duration // the provider asks to be let alone for so long
}

// Error returns what Err says.
func (f *Fault) Error() string { return f.Err.Error() }

// Unwrap returns Err.
func (f *Fault) Unwrap() error { return f.Err }
