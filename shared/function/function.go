// Package function serves one function of redthread as CloudEvents over HTTP, and
// is what a function is: a manifest, a handler, and what it needs from outside.
package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// Handler takes one event and answers with one event or none. An error wrapped
// by Never says that trying again is of no use; any other error is tried again.
type Handler func(ctx context.Context, e events.Event) (*events.Event, error)

// Function is one function, ready to serve.
type Function struct {
	Manifest Manifest
	Handle   Handler
	// Pages is what the function serves besides events, under its own paths; nil
	// for most.
	Pages http.Handler
	// Close ends what New started; nil if there is nothing to end.
	Close func() error
}

// Spec is what a function's folder exports: its manifest and how to make it.
type Spec struct {
	Name     string // the folder's name
	Manifest []byte // function.yaml, embedded
	Settings any    // a pointer to an empty settings struct; nil: it has none
	New      func(Env) (*Function, error)
}

// Env is what a function gets from where it runs. It is all there is: a function
// reads nothing else but its settings.
type Env struct {
	Store store.Store
	Now   func() time.Time
	// Emit sends an event to the broker (K_SINK).
	Emit func(context.Context, events.Event) error
	Log  *slog.Logger
	// Override holds settings that go before the environment, by function and name:
	// "basketrecovery" → "WAIT" → "30m".
	Override map[string]map[string]string
	// Silent makes flows decide without writing what they would say: for replays, which
	// only count.
	Silent bool
	// Observe is told of every decision of a flow, committed or not; may be nil.
	Observe func(Decided)
}

// Decided is one decision of a flow as those who watch it see it. It holds no
// identifier of a customer but the profile id.
type Decided struct {
	At      time.Time `json:"at"`
	Flow    string    `json:"flow"`
	Profile string    `json:"profile"`
	Key     string    `json:"key,omitempty"`
	Type    string    `json:"type"`  // event type, or timer name
	Cause   string    `json:"cause"` // id of the event
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
	Saw     []string  `json:"saw,omitempty"`
	Action  string    `json:"action,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Goal    bool      `json:"goal,omitempty"`    // the event is the flow's goal
	Touched bool      `json:"touched,omitempty"` // … and the flow had acted on the customer before
	Again   bool      `json:"again,omitempty"`   // a second delivery; nothing was decided anew
}

// Never marks an error as final: the event goes to the dead letters.
func Never(err error) error {
	if err == nil {
		return nil
	}
	return never{err}
}

// Neverf is Never of a formatted error.
func Neverf(format string, args ...any) error { return never{fmt.Errorf(format, args...)} }

// IsNever tells whether an error is final.
func IsNever(err error) bool {
	var n never
	return errors.As(err, &n)
}

type never struct{ error }

func (n never) Unwrap() error { return n.error }

// Guard returns the handler of f as brokers should call it: a panic becomes a
// final error that names the event, so that a poisoned event ends in the dead
// letters and the next one is handled.
func (f *Function) Guard() Handler {
	return func(ctx context.Context, e events.Event) (reply *events.Event, err error) {
		defer func() {
			if p := recover(); p != nil {
				reply, err = nil, Neverf("%s: panic on %s: %v", f.Manifest.Name, events.Tag(e), p)
			}
		}()
		return f.Handle(ctx, e)
	}
}
