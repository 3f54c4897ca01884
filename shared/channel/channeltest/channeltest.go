// Package channeltest plays a channel against a shop's store, as its broker would:
// what stands around a provider in the tests of every channel.
package channeltest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/memory" // the store of every test shop
	"redthread.dev/shared/thread"
)

// Now is when everything happens.
var Now = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// Shop is a store, a channel, and what the channel has emitted and logged.
type Shop struct {
	*testing.T
	Store    store.Store
	Function *function.Function
	Env      function.Env

	mu      sync.Mutex
	emitted []events.Event
	logged  []byte
}

// Open makes a channel with settings, name by name, on an empty store. It checks that
// the manifest lists the settings that the channel has, with their defaults.
func Open(t *testing.T, spec function.Spec, settings map[string]string) *Shop {
	t.Helper()
	m, err := function.ParseManifest(spec.Name, spec.Manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(spec.Settings), m.Settings, "settings and their defaults")
	require.Equal(t, "type = 'dev.redthread.action.requested.v1' AND (channel = '"+spec.Name+"')", m.Expression(0))
	db, err := store.Open(t.Context(), "memory:")
	require.NoError(t, err)
	s := &Shop{T: t, Store: db}
	s.Env = function.Env{Store: db, Now: func() time.Time { return Now }, Emit: s.emit,
		Log: slog.New(slog.NewJSONHandler(s, nil)), Override: map[string]map[string]string{spec.Name: settings}}
	s.Function, err = spec.New(s.Env)
	require.NoError(t, err)
	t.Cleanup(func() {
		if s.Function.Close != nil {
			require.NoError(t, s.Function.Close())
		}
		db.Close()
	})
	return s
}

func (s *Shop) emit(_ context.Context, e events.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emitted = append(s.emitted, e)
	return events.Check(e, Now)
}

// Emitted returns the events that the channel sent to the broker by itself. Each has
// passed the check at the edge.
func (s *Shop) Emitted() []events.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.emitted
}

// Write implements io.Writer for the log.
func (s *Shop) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logged = append(s.logged, line...)
	return len(line), nil
}

// Logged returns all that was logged.
func (s *Shop) Logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.logged)
}

// Keep writes profiles, threads and actions over whatever was there.
func (s *Shop) Keep(things ...any) {
	s.Helper()
	for _, x := range things {
		var w store.Write
		var err error
		switch x := x.(type) {
		case profile.Profile:
			w, err = profile.Write(x, store.Unchecked)
		case thread.Thread:
			w, err = thread.Write(x, store.Unchecked)
		case action.Action:
			w, err = action.Write(x, store.Unchecked)
		default:
			s.Fatalf("keep %T: expected a profile, a thread or an action", x)
		}
		require.NoError(s, err)
		require.NoError(s, s.Store.Commit(s.Context(), w))
	}
}

// Ask delivers the event that asks for an action, as a broker does.
func (s *Shop) Ask(a action.Action) (*events.Event, error) {
	e, err := events.New("/redthread/"+a.Flow, a.ID, Now, events.ActionRequested{ActionID: a.ID, Kind: a.Kind})
	require.NoError(s, err)
	e.SetExtension(events.ExtProfileID, a.Profile)
	e.SetExtension(events.ExtChannel, a.Channel)
	e.SetExtension(events.ExtFlow, a.Flow)
	return s.Function.Guard()(s.Context(), e)
}

// Done is Do again and again, up to five times, as a broker would: under load an
// emulator cuts an answer short now and then.
func (s *Shop) Done(a action.Action) action.Action {
	s.Helper()
	after, err := s.Do(a)
	for range 4 {
		if err == nil {
			break
		}
		after, err = s.Do(a)
	}
	require.NoError(s, err)
	return after
}

// Do keeps an action, asks for it and returns what became of it.
func (s *Shop) Do(a action.Action) (after action.Action, err error) {
	s.Helper()
	s.Keep(a)
	_, err = s.Ask(a)
	docs, found := s.Store.Get(s.Context(), action.Key(a.ID))
	require.NoError(s, found)
	after, found = action.Read(docs[0])
	require.NoError(s, found)
	return after, err
}
