package broker_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/function"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// fn makes a function that handles events of some types.
func fn(name string, handle function.Handler, types ...string) *function.Function {
	m := function.Manifest{Name: name, Summary: "For a test.", Group: "intake"}
	for _, t := range types {
		m.Triggers = append(m.Triggers, function.Trigger{Type: t})
	}
	return &function.Function{Manifest: m, Handle: handle}
}

func event(kind, id string, extensions ...string) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID(id)
	e.SetSource("/shop")
	e.SetType(kind)
	e.SetTime(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	if err := e.SetData("application/json", map[string]any{"customer": map[string]string{"cookie": id}}); err != nil {
		panic(err)
	}
	for i := 0; i < len(extensions); i += 2 {
		e.SetExtension(extensions[i], extensions[i+1])
	}
	return e
}

// start opens a broker in dir with functions, quick to repeat.
func start(t testing.TB, c broker.Config, fs ...*function.Function) *broker.Broker {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	if c.Log == nil {
		c.Log = quiet
	}
	if c.Retry == (broker.Retry{}) {
		c.Retry = broker.Retry{Retry: 3, BackoffPolicy: "exponential", BackoffDelay: time.Millisecond}
	}
	b, err := broker.Open(c)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, b) })
	require.NoError(t, b.Start(context.Background(), fs))
	return b
}

func stop(t testing.TB, b *broker.Broker) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	require.NoError(t, b.Close(ctx))
}

func idle(t testing.TB, b *broker.Broker) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	require.NoError(t, b.Idle(ctx))
}

// seen collects what functions got.
type seen struct {
	mu  sync.Mutex
	ids []string
}

func (s *seen) handle(_ context.Context, e events.Event) (*events.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids = append(s.ids, e.ID())
	return nil, nil
}

func (s *seen) all() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.ids...)
}

// replying answers with an event of another type.
func replying(kind string) function.Handler {
	return func(_ context.Context, e events.Event) (*events.Event, error) {
		reply := event(kind, "re-"+e.ID())
		return &reply, nil
	}
}

func TestAnEventGoesToAFunctionAndItsReplyToTheNext(t *testing.T) {
	var end seen
	b := start(t, broker.Config{}, fn("first", replying("b"), "a"), fn("second", end.handle, "b"))
	require.NoError(t, b.Publish(context.Background(), event("a", "1"), event("a", "2"), event("c", "3")))
	idle(t, b)
	require.ElementsMatch(t, []string{"re-1", "re-2"}, end.all())
	require.Zero(t, b.Waiting())
}

// BenchmarkHops is an event's way through ingress, one function, its reply, and a
// second function, without HTTP and stores.
func BenchmarkHops(b *testing.B) {
	var mu sync.Mutex
	n := 0
	count := func(context.Context, events.Event) (*events.Event, error) {
		mu.Lock()
		n++
		mu.Unlock()
		return nil, nil
	}
	br := start(b, broker.Config{}, fn("first", replying("b"), "a"), fn("second", count, "b"))
	es := make([]events.Event, 128)
	b.ResetTimer()
	for i := 0; i < b.N; i += len(es) {
		for j := range es {
			es[j] = event("a", fmt.Sprint(i+j))
		}
		require.NoError(b, br.Publish(context.Background(), es...))
	}
	idle(b, br)
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}
