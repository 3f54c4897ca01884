package channel

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"redthread.dev/shared/function"
)

// Define ties a channel's manifest, settings and sender together; its name is the
// folder's name and the value of the extension channel on the actions it does. The
// settings S embed Pace and are read by envconfig when the function is made.
func Define[S Paced](name string, manifest []byte, open func(S, function.Env) (Sender, error)) function.Spec {
	return function.Define(name, manifest, func(s S, env function.Env) (*function.Function, error) {
		if err := s.pace().check(); err != nil {
			return nil, fmt.Errorf("settings of %s: %w", name, err)
		}
		if env.Log == nil {
			env.Log = slog.New(slog.DiscardHandler)
		}
		sender, err := open(s, env)
		if err != nil {
			return nil, fmt.Errorf("settings of %s: %w", name, err)
		}
		return serve(name, s.pace(), sender, env), nil
	})
}

func serve(name string, pace Pace, sender Sender, env function.Env) *function.Function {
	r := &runner{name: name, pace: pace, sender: sender, env: env, gates: newGates(pace), wall: time.Now}
	if again, ok := sender.(Repeater); ok {
		r.repeats = again.Repeats()
	}
	f := &function.Function{Handle: r.handle}
	if p, ok := sender.(Pager); ok {
		f.Pages = p.Pages()
	}
	if c, ok := sender.(io.Closer); ok {
		f.Close = c.Close
	}
	return f
}
