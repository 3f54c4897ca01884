package consent

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
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
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// noon is when a test begins.
var noon = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// shop is a store and the real functions on it, between which events go as their
// manifests say.
type shop struct {
	*testing.T
	db        store.Store // what the consent function sees
	raw       *memory.Store
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
	s.raw = memory.New(store.WithClock(s.clock))
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
			"storeretarget": {"HOLDOUT": "0", "CONTROL": "0"},
		}}
}

func (s *shop) start(spec function.Spec) {
	f, err := spec.New(s.env(s.raw))
	require.NoError(s, err)
	r := &routed{Function: f}
	for i := range f.Manifest.Triggers {
		filter, err := cesqlparser.Parse(f.Manifest.Expression(i))
		require.NoError(s, err, f.Manifest.Expression(i))
		r.filters = append(r.filters, filter)
	}
	s.functions = append(s.functions, r)
	if spec.Name == name {
		s.consent = f
	}
	if f.Close != nil {
		s.Cleanup(func() { f.Close() })
	}
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

// owner returns the profile that an identifier leads to; empty: none.
func (s *shop) owner(idType, value string) string {
	docs, err := s.raw.Get(s.Context(), s.clerk.rules.IdentityKey(profile.NameOf(idType, value)))
	require.NoError(s, err)
	i, err := profile.ReadIdentity(docs[0])
	require.NoError(s, err)
	if i.Profile == "" {
		return ""
	}
	k, _, err := (&clerk{env: s.env(s.raw)}).customer(s.Context(), i.Profile)
	require.NoError(s, err)
	return k.profile.ID
}

func (s *shop) profile(id string) profile.Profile {
	docs, err := s.raw.Get(s.Context(), profile.Key(id))
	require.NoError(s, err)
	p, err := profile.Read(docs[0])
	require.NoError(s, err)
	return p
}

func (s *shop) action(id string) action.Action {
	docs, err := s.raw.Get(s.Context(), action.Key(id))
	require.NoError(s, err)
	a, err := action.Read(docs[0])
	require.NoError(s, err)
	return a
}

// keep writes actions and threads, as a flow has decided on them.
func (s *shop) keep(things ...any) {
	s.Helper()
	for _, x := range things {
		var w store.Write
		var err error
		switch x := x.(type) {
		case action.Action:
			w, err = action.Write(x, store.Unchecked)
		case thread.Thread:
			w, err = thread.Write(x, store.Unchecked)
		default:
			s.Fatalf("keep %T", x)
		}
		require.NoError(s, err)
		require.NoError(s, s.raw.Commit(s.Context(), w))
	}
}

// collections are all that the suite keeps, as far as it is written.
var collections = []string{"profiles", "identities", "journal", "threads", "actions", "exports", "receipts", "deadletters",
	"products", "stores", "stock", "stats", "credits", "paths"}

// everything is all documents of the store, and their places in the index.
func (s *shop) everything() map[string]string {
	all := map[string]string{}
	for _, c := range collections {
		for d, err := range s.raw.Query(s.Context(), store.Query{Collection: c}) {
			require.NoError(s, err)
			entry, err := json.Marshal(d.Entry)
			require.NoError(s, err)
			all[d.Key.String()] = string(d.Data) + " " + string(entry)
		}
	}
	return all
}

// requireNoTrace requires that none of the texts is anywhere: not in the store, and not
// in the outbox.
func (s *shop) requireNoTrace(texts ...string) {
	s.Helper()
	for key, text := range s.everything() {
		for _, needle := range texts {
			if i := strings.Index(strings.ToLower(key+" "+text), strings.ToLower(needle)); i >= 0 {
				require.Fail(s, "a trace is left", "%s tells of %q: %.200s", key, needle, (key + " " + text)[max(0, i-80):])
			}
		}
	}
	for _, file := range s.outbox() {
		text, err := os.ReadFile(file)
		require.NoError(s, err)
		for _, needle := range texts {
			require.NotContains(s, strings.ToLower(file+" "+string(text)), strings.ToLower(needle))
		}
	}
}

func (s *shop) outbox() []string {
	var files []string
	require.NoError(s, filepath.WalkDir(s.settings["OUTBOX"], func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	}))
	return files
}

// knownCollections fails when the store has documents that no test here looks at.
func (s *shop) counts() map[string]int {
	n := map[string]int{}
	for key := range maps.Keys(s.everything()) {
		c, _, _ := strings.Cut(key, "/")
		n[c]++
	}
	return n
}
