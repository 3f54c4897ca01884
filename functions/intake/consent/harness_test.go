package consent

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	cesql "github.com/cloudevents/sdk-go/sql/v2"
	cesqlparser "github.com/cloudevents/sdk-go/sql/v2/parser"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	advertising "redthread.dev/functions/channels/audience"
	"redthread.dev/functions/flows/storeretarget"
	"redthread.dev/functions/intake/collect"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/functions/intake/timers"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

// noon is when a test begins.
var noon = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// shop is a store and the real functions on it, between which events go as their
// manifests say.
type shop struct {
	*testing.T
	db        store.Store // what the consent function sees
	raw       *ledger
	settings  map[string]string
	functions []*routed
	consent   *function.Function
	clerk     *clerk

	mu   sync.Mutex
	now  time.Time
	told []events.Event // all that went through the broker
}

// routed is a function with its triggers as a broker reads them.
type routed struct {
	*function.Function
	filters []cesql.Expression
}

// open opens a shop; settings are those of consent, name by name.
func open(t *testing.T, settings ...string) *shop {
	return openOn(t, func(s store.Store) store.Store { return s }, settings...)
}

func openOn(t *testing.T, wrap func(store.Store) store.Store, settings ...string) *shop {
	t.Helper()
	s := &shop{T: t, now: noon}
	s.raw = &ledger{Store: memory.New(store.WithClock(s.clock)), collections: map[string]bool{}}
	s.db = wrap(s.raw)
	s.settings = map[string]string{"IDENTITY_KEY": "a secret that is long enough", "LINK_KEY": strings.Repeat("k", 32),
		"PUBLIC_URL": "https://shop.example", "OUTBOX": t.TempDir()}
	for pair := range slices.Chunk(settings, 2) {
		s.settings[pair[0]] = pair[1]
	}
	s.clerk = s.another(s.db)
	own := Spec
	own.New = func(function.Env) (*function.Function, error) { return s.clerk.function() }
	for _, spec := range []function.Spec{collect.Spec, own, advertising.Spec, deadletter.Spec, storeretarget.Flow.Spec(), timers.Spec} {
		s.start(spec)
	}
	return s
}

// another is a process of the function, on a store. So that little makes much, twelve
// documents are all it puts into one commit.
func (s *shop) another(db store.Store) *clerk {
	c, err := newClerk(s.env(db))
	require.NoError(s, err)
	c.most = 12
	return c
}

func (s *shop) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *shop) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *shop) env(db store.Store) function.Env {
	return function.Env{Store: db, Now: s.clock, Log: slog.New(slog.DiscardHandler), Emit: s.emit,
		Override: map[string]map[string]string{
			name:            s.settings,
			"collect":       {"IDENTITY_KEY": s.settings["IDENTITY_KEY"]},
			"audience":      {"OUTBOX": s.settings["OUTBOX"]},
			"email":         {"OUTBOX": s.settings["OUTBOX"], "LINK_KEY": s.settings["LINK_KEY"], "PUBLIC_URL": s.settings["PUBLIC_URL"]},
			"storeretarget": {"HOLDOUT": "0", "CONTROL": "0"},
		}}
}

func (s *shop) start(spec function.Spec) {
	f, err := spec.New(s.env(s.raw))
	require.NoError(s, err)
	r := &routed{Function: f}
	for i := range f.Manifest.Triggers {
		r.filters = append(r.filters, parsed(f.Manifest.Expression(i)))
	}
	s.functions = append(s.functions, r)
	if spec.Name == name {
		s.consent = f
	}
	if f.Close != nil {
		s.Cleanup(func() { f.Close() })
	}
}

var filters sync.Map // by expression; parsing one takes longer than all else here

func parsed(expression string) cesql.Expression {
	if f, ok := filters.Load(expression); ok {
		return f.(cesql.Expression)
	}
	f, err := cesqlparser.Parse(expression)
	if err != nil {
		panic(err)
	}
	filters.Store(expression, f)
	return f
}

func (r *routed) wants(e events.Event) bool {
	return slices.ContainsFunc(r.filters, func(f cesql.Expression) bool {
		yes, err := f.Evaluate(e)
		return err == nil && yes == true
	})
}

// emit is the broker's ingress: what comes in is dealt with before the call is over.
func (s *shop) emit(_ context.Context, e events.Event) error {
	require.NoError(s, events.Check(e, s.clock()))
	s.tell(e)
	return nil
}

// tell takes an event, and all that follows from it, to every function that wants it;
// one that fails gets it again, up to six times.
func (s *shop) tell(all ...events.Event) {
	for _, e := range all {
		s.mu.Lock()
		s.told = append(s.told, e)
		s.mu.Unlock()
		for _, f := range s.functions {
			if f.wants(e) {
				if answer := s.deliver(f.Function, e); answer != nil {
					s.tell(*answer)
				}
			}
		}
	}
}

// tick is what wakes the timers every minute.
func (s *shop) tick() {
	e, err := events.New("/clock", fmt.Sprint("tick-", s.clock().Unix()), s.clock(), events.TimerTick{})
	require.NoError(s, err)
	s.tell(e)
}

// without takes a function away.
func (s *shop) without(name string) {
	s.functions = slices.DeleteFunc(s.functions, func(f *routed) bool { return f.Manifest.Name == name })
}

func (s *shop) deliver(f *function.Function, e events.Event) *events.Event {
	var err error
	for range 6 { // as a broker does, if not so fast
		var answer *events.Event
		if answer, err = f.Guard()(context.Background(), e); err == nil {
			return answer
		}
	}
	s.bury(f.Manifest.Name, e, err)
	return nil
}

// bury sends an event that was given up to the dead letters, as brokers do.
func (s *shop) bury(function string, e events.Event, err error) {
	e.Context = e.Context.Clone()
	e.SetExtension("knativeerrordest", "http://"+function)
	e.SetExtension("knativeerrorcode", "422")
	e.SetExtension("knativeerrordata", err.Error())
	for _, f := range s.functions {
		if f.Manifest.Name == "deadletter" {
			_, err := f.Guard()(context.Background(), e)
			require.NoError(s, err)
		}
	}
}

// heard returns the events of a type that went through the broker.
func heard[T events.Data](s *shop) []T {
	var all []T
	for _, e := range s.told {
		var want T
		if e.Type() == want.Type() {
			data, err := events.Decode[T](e)
			require.NoError(s, err)
			all = append(all, data)
		}
	}
	return all
}

var serial int

// said makes an event from the shop's systems, now.
func (s *shop) said(data events.Data) events.Event {
	serial++
	return s.as(fmt.Sprint("e-", serial), data)
}

func (s *shop) as(id string, data events.Data) events.Event {
	e, err := events.New("/webshop", id, s.clock(), data)
	require.NoError(s, err)
	return e
}

// who names a customer: type, value, type, value.
func who(ids ...string) events.Common {
	c := events.Common{Customer: events.Identifiers{}}
	for pair := range slices.Chunk(ids, 2) {
		c.Customer[pair[0]] = pair[1]
	}
	return c
}
