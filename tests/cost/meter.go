package main

import (
	"context"
	"sync"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

// use is what is charged for: request units of DynamoDB, documents of Firestore.
type use struct {
	Reads, Writes, Deletes float64
}

func (u use) plus(o use) use {
	return use{u.Reads + o.Reads, u.Writes + o.Writes, u.Deletes + o.Deletes}
}

func (u use) times(x float64) use { return use{u.Reads * x, u.Writes * x, u.Deletes * x} }

// cause is what was done when something was used.
type cause struct{ Function, Type string }

// looking is the type of a search for timers that found none: it is done every minute,
// however many events there are.
const looking = "looking for timers"

// text is a cause as a header carries it.
func (c cause) text() string { return c.Function + " " + c.Type }

type account struct {
	use
	events int // deliveries
}

// meter adds up use by cause.
type meter struct {
	mu       sync.Mutex
	accounts map[cause]*account
}

func (m *meter) add(c cause, u use, events int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.accounts == nil {
		m.accounts = map[cause]*account{}
	}
	a := m.accounts[c]
	if a == nil {
		a = &account{}
		m.accounts[c] = a
	}
	a.use, a.events = a.plus(u), a.events+events
}

type causeKey struct{}

// causeOf is what a function's call of its store is for.
func causeOf(ctx context.Context, name string) cause {
	if c, ok := ctx.Value(causeKey{}).(cause); ok {
		return c
	}
	return cause{name, "else"}
}

// watch counts a function's events and has wrap watch its store.
func (m *meter) watch(spec function.Spec, wrap func(name string, env *function.Env)) function.Spec {
	made := spec.New
	spec.New = func(env function.Env) (*function.Function, error) {
		wrap(spec.Name, &env)
		f, err := made(env)
		if err != nil {
			return nil, err
		}
		handle := f.Handle
		f.Handle = func(ctx context.Context, e events.Event) (*events.Event, error) {
			c := cause{spec.Name, events.Short(e.Type())}
			m.add(c, use{}, 1)
			return handle(context.WithValue(ctx, causeKey{}, c), e)
		}
		return f, nil
	}
	return spec
}
