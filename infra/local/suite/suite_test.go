package suite_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/functions/intake/timers"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/lock"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func config(t *testing.T, specs ...function.Spec) suite.Config {
	return suite.Config{Data: t.TempDir(), Log: quiet, Functions: append(specs, deadletter.Spec)}
}

func open(t *testing.T, c suite.Config) *suite.Suite {
	t.Helper()
	s, err := suite.Open(context.Background(), c)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close(context.Background()) }) //nolint:errcheck // most tests close it themselves
	return s
}

// spec makes a function of a handler that is given its surroundings.
func spec(name string, trigger function.Trigger, handle func(function.Env, events.Event) (*events.Event, error)) function.Spec {
	return function.Spec{Name: name, New: func(env function.Env) (*function.Function, error) {
		return &function.Function{
			Manifest: function.Manifest{Name: name, Group: "intake", Triggers: []function.Trigger{trigger}},
			Handle:   func(_ context.Context, e events.Event) (*events.Event, error) { return handle(env, e) },
		}, nil
	}}
}

func TestKeysAreMadeOnceAndKeptToOneself(t *testing.T) {
	var got []map[string]string
	peek := function.Spec{Name: "peek", New: func(env function.Env) (*function.Function, error) {
		got = append(got, env.Override["peek"])
		return &function.Function{Manifest: function.Manifest{Name: "peek"}}, nil
	}}
	c := config(t, peek)
	require.NoError(t, open(t, c).Close(context.Background()))
	info, err := os.Stat(filepath.Join(c.Data, "keys"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Len(t, got[0]["IDENTITY_KEY"], 64)
	require.NotEqual(t, got[0]["IDENTITY_KEY"], got[0]["LINK_KEY"])
	require.Equal(t, filepath.Join(c.Data, "outbox"), got[0]["OUTBOX"])
	require.NotContains(t, got[0], suite.InsideKey, "that one is the ingress's")

	t.Setenv("LINK_KEY", "from the environment")
	c.Settings = map[string]map[string]string{"": {"QUIET": "off"}, "peek": {"OUTBOX": "/elsewhere"}}
	open(t, c)
	require.Equal(t, got[0]["IDENTITY_KEY"], got[1]["IDENTITY_KEY"], "the same after a restart")
	require.NotContains(t, got[1], "LINK_KEY", "what the environment says is left to it")
	require.Equal(t, []string{"off", "/elsewhere"}, []string{got[1]["QUIET"], got[1]["OUTBOX"]})
}

func TestABrokenKeysFileIsNotReplaced(t *testing.T) {
	c := config(t)
	require.NoError(t, os.WriteFile(filepath.Join(c.Data, "keys"), []byte("IDENTITY_KEY\n"), 0o600))
	_, err := suite.Open(context.Background(), c)
	require.ErrorContains(t, err, "keys: line 1: expected one of IDENTITY_KEY, LINK_KEY, INSIDE_KEY, = and its value")
}

func TestWhatCannotStartLetsGoOfTheFolder(t *testing.T) {
	broken := function.Spec{Name: "broken", New: func(function.Env) (*function.Function, error) { return nil, errors.New("WAIT: no duration") }}
	c := config(t, broken)
	_, err := suite.Open(context.Background(), c)
	require.ErrorContains(t, err, "start broken: WAIT: no duration")
	c.Functions = []function.Spec{deadletter.Spec}
	s := open(t, c)
	_, err = suite.Open(context.Background(), c)
	require.ErrorIs(t, err, lock.ErrHeld)
	require.NoError(t, s.Close(context.Background()))
}

func TestTheClockTicksForTheTimers(t *testing.T) {
	var mu sync.Mutex
	var at []time.Time
	c := config(t, timers.Spec, spec("watch", function.Trigger{Type: events.TimerTick{}.Type()},
		func(env function.Env, e events.Event) (*events.Event, error) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, e.Time())
			return nil, nil
		}))
	start := time.Date(2026, 3, 2, 12, 0, 30, 0, time.UTC)
	c.Clock = clock.Scaled(start, 6000)
	s := open(t, c)
	require.Eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(at) >= 3
	}, 5*time.Second, time.Millisecond)
	require.NoError(t, s.Close(context.Background()))
	require.Zero(t, at[0].Second())
	require.True(t, at[0].After(start))
}

// stage is a screen that writes down what it is told.
type stage struct {
	http.Handler
	mu     sync.Mutex
	told   []string
	closed atomic.Bool
}

func (s *stage) say(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, what)
}

func (s *stage) Event(e events.Event)       { s.say("event " + e.Type()) }
func (s *stage) Decided(d function.Decided) { s.say("decided " + d.Flow) }
func (s *stage) Close() error               { s.closed.Store(true); return nil }
func (s *stage) DeadLetter(f string, e events.Event, reason string) {
	s.say("dead " + f + " " + e.Type() + " " + reason)
}

func TestAScreenIsToldAndShownAndPagesGoBeforeIt(t *testing.T) {
	screen := &stage{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "screen "+r.URL.Path) })}
	paged := function.Spec{Name: "paged", New: func(env function.Env) (*function.Function, error) {
		pages := http.NewServeMux()
		pages.HandleFunc("GET /unsubscribe", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "goodbye") })
		return &function.Function{Manifest: function.Manifest{Name: "paged"}, Pages: pages}, nil
	}}
	c := config(t, paged, spec("first", function.Trigger{Type: "a"}, func(env function.Env, e events.Event) (*events.Event, error) {
		env.Observe(function.Decided{Flow: "first"})
		if e.ID() == "bad" {
			return nil, function.Neverf("no good")
		}
		reply := e
		reply.Context = e.Context.Clone()
		reply.SetType("b")
		return &reply, nil
	}))
	var env function.Env
	c.PublicURL = "https://shop.example"
	c.Screen = func(e function.Env) (suite.Screen, error) { env = e; return screen, nil }
	s := open(t, c)
	require.Equal(t, s.Store, env.Store)
	require.Equal(t, "https://shop.example", env.Override["paged"]["PUBLIC_URL"], "it has the settings that functions have")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l, nil) }()
	url := "http://" + l.Addr().String()

	for path, want := range map[string]string{"/": "screen /", "/api/x": "screen /api/x", "/unsubscribe": "goodbye", "/healthz": "ok\n", "/readyz": "ok\n"} {
		res, err := http.Get(url + path)
		require.NoError(t, err)
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, want, string(text), path)
	}
	for _, id := range []string{"good", "bad"} {
		res, err := http.Post(url, "application/cloudevents+json", strings.NewReader(`{"specversion":"1.0","id":"`+id+`","source":"/s","type":"a"}`))
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, http.StatusAccepted, res.StatusCode)
	}
	require.NoError(t, s.Broker.Idle(context.Background()))
	require.Equal(t, l.Addr().String(), lock.Holder(c.Data))
	stop()
	require.NoError(t, <-ended)
	require.True(t, screen.closed.Load())
	require.ElementsMatch(t, []string{"event a", "event a", "decided first", "decided first", "event b", "dead first a no good"}, screen.told)
}
