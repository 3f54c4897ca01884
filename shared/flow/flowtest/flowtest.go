package flowtest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"redthread.dev/events"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
)

var update = flag.Bool("update", false, "write the outcomes of stories into their files")

// Run holds a flow to its manifest and plays all its stories, testdata/*.txtar: in
// order, each event twice, at once and late, shuffled, sixteen copies at once, and with
// a store that fails on any single call. It also tries garbage and a cancelled context.
func Run(t *testing.T, d flow.Definition) {
	t.Run("code and manifest agree", func(t *testing.T) { agree(t, d) })
	t.Run("garbage is refused for good", func(t *testing.T) { garbage(t, d) })
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files, "the flow has no story in testdata")
	for _, file := range files {
		s := read(t, file)
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { s.test(t, d) })
	}
}

func (s *story) test(t *testing.T, d flow.Definition) {
	first, err := newStage(d, s.settings, nil)
	require.NoError(t, err)
	require.NoError(t, first.play(s))
	outcome, err := first.outcome()
	require.NoError(t, err)
	s.compare(t, outcome)
	want, err := first.result()
	require.NoError(t, err)
	same := func(name string, play func(*testing.T) *stage) {
		t.Run(name, func(t *testing.T) {
			got, err := play(t).result()
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
	same("each event twice", func(t *testing.T) *stage { return s.staged(t, d, nil, deliverTwice) })
	same("sixteen copies at once", func(t *testing.T) *stage { return s.staged(t, d, nil, deliverSixteen) })
	same("any one call of the store fails", func(t *testing.T) *stage { return s.failing(t, d) })
	for _, memory := range []bool{true, false} {
		t.Run(fmt.Sprintf("what came before comes once more, remembered %v", memory), func(t *testing.T) {
			got, err := s.staged(t, d, nil, deliverLate(memory)).result()
			require.NoError(t, err)
			require.Equal(t, want.Actions, got.Actions)
			require.Equal(t, want.Timers, got.Timers)
		})
	}
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("shuffled %d", seed), func(t *testing.T) {
			got, err := s.shuffled(t, d, seed).result()
			require.NoError(t, err)
			// What is remembered of events that led to nothing may differ.
			require.Equal(t, want.Actions, got.Actions)
			require.Equal(t, want.Timers, got.Timers)
		})
	}
}

func (s *story) compare(t *testing.T, outcome string) {
	if *update {
		s.archive.Files = slices.DeleteFunc(s.archive.Files, func(f txtar.File) bool { return f.Name == "outcome" })
		s.archive.Files = append(s.archive.Files, txtar.File{Name: "outcome", Data: []byte(outcome)})
		require.NoError(t, os.WriteFile(s.file, txtar.Format(s.archive), 0o644))
		return
	}
	require.Equal(t, s.outcome, outcome, "%s ends otherwise; if that is right, run go test -update", s.file)
}

func (s *story) staged(t *testing.T, d flow.Definition, wrap func(store.Store) store.Store, deliver func(*stage, events.Event) error) *stage {
	st, err := newStage(d, s.settings, wrap)
	require.NoError(t, err)
	st.deliver = deliver
	require.NoError(t, st.play(s))
	return st
}

func deliverTwice(s *stage, e events.Event) error {
	ctx := context.Background()
	first, err := s.fn.Guard()(ctx, e)
	if err != nil {
		return err
	}
	second, err := s.fn.Guard()(ctx, e)
	if err != nil {
		return err
	}
	if first != nil && (second == nil || second.ID() != first.ID() || second.Type() != first.Type()) {
		return fmt.Errorf("%s %q: answered with %s at first, with another reply the second time", e.Type(), e.ID(), first.ID())
	}
	return nil
}

// deliverLate follows each event by all that came before it, once more: sources and
// brokers may repeat themselves days later, when the flow's trail has forgotten it.
func deliverLate(remembered bool) func(*stage, events.Event) error {
	var before []events.Event
	return func(s *stage, e events.Event) error {
		if err := deliverOnce(s, e); err != nil {
			return err
		}
		for _, old := range before {
			if !remembered {
				if err := s.forget(); err != nil {
					return err
				}
			}
			if err := deliverOnce(s, old); err != nil {
				return fmt.Errorf("once more: %w", err)
			}
		}
		before = append(before, e)
		return nil
	}
}

func deliverSixteen(s *stage, e events.Event) error {
	var all gosync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		all.Go(func() { errs[i] = deliverOnce(&stage{fn: s.fn}, e) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// failing plays the story once for each call of the store that can fail, before it
// acts and after, and returns the last stage: each of them must end the same.
func (s *story) failing(t *testing.T, d flow.Definition) *stage {
	var want *result
	for n := 1; ; n++ {
		for _, after := range []bool{false, true} {
			var broken *storetest.Failure
			st := s.staged(t, d, func(under store.Store) store.Store {
				if broken = storetest.Failing(under, n); after {
					broken = storetest.Losing(under, n)
				}
				return broken
			}, deliverOnce)
			got, err := st.result()
			require.NoError(t, err)
			if want == nil {
				want = &got
			}
			require.Equal(t, *want, got, "call %d of the store failed", n)
			if broken.Calls() < n {
				return st
			}
		}
	}
}

// shuffled plays the story with the events between two timers in another order:
// all that a broker may reorder without a delay of hours.
func (s *story) shuffled(t *testing.T, d flow.Definition, seed uint64) *stage {
	st, err := newStage(d, s.settings, nil)
	require.NoError(t, err)
	require.NoError(t, st.stock(s))
	random := rand.New(rand.NewPCG(seed, 1))
	for _, group := range s.groups(t, d) {
		require.NoError(t, st.pass(group[0].at))
		last := group[len(group)-1].at
		random.Shuffle(len(group), func(i, j int) { group[i], group[j] = group[j], group[i] })
		for _, next := range group {
			if next.event != nil {
				require.NoError(t, st.tell(*next.event))
			}
		}
		st.now = last
	}
	return st
}

// longAgo is before all stories.
var longAgo = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// groups cuts the story where a timer comes, where a day begins, and where it only
// says that time passes: all that came before has arrived by then.
func (s *story) groups(t *testing.T, d flow.Definition) [][]step {
	st, err := newStage(d, s.settings, nil)
	require.NoError(t, err)
	require.NoError(t, st.stock(s))
	var groups [][]step
	for i, next := range s.steps {
		before := len(st.decided)
		require.NoError(t, st.pass(next.at))
		if i == 0 || len(st.decided) != before || next.event == nil || next.at.YearDay() != s.steps[i-1].at.YearDay() {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], next)
		if next.event != nil {
			require.NoError(t, st.tell(*next.event))
		}
	}
	return groups
}

func agree(t *testing.T, d flow.Definition) {
	_, err := d.Make(function.Env{})
	require.NoError(t, err)
	m, err := function.ParseManifest(d.Name, d.Manifest)
	require.NoError(t, err)
	require.Equal(t, function.Defaults(d.Settings), m.Settings, "settings and their defaults")
	require.Contains(t, m.Emits, events.ActionRequested{}.Type())
	require.False(t, reflect.TypeOf(d.Settings).Elem().Kind() != reflect.Struct, "settings are a struct")
}

// garbage gives the flow events whose data are of the wrong shape.
func garbage(t *testing.T, d flow.Definition) {
	st, err := newStage(d, nil, nil)
	require.NoError(t, err)
	for _, trigger := range st.fn.Manifest.Triggers {
		for _, body := range []string{`null`, `{}`, `[]`, `"x"`, `{"lines":7}`, `{"customer":[1]}`, `{`, "\xff"} {
			e, err := events.New(source, "garbage", longAgo, raw{trigger.Type, []byte(`{}`)})
			require.NoError(t, err)
			e.DataEncoded = []byte(body)
			_, err = st.fn.Guard()(context.Background(), events.Resolved(e, customer))
			if err != nil {
				require.True(t, function.IsNever(err), "%s with %s: %v", trigger.Type, body, err)
				require.NotContains(t, err.Error(), "panic", "%s with %s", trigger.Type, body)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	sample, err := events.New(source, "late", longAgo, raw{st.fn.Manifest.Triggers[0].Type, []byte(`{}`)})
	require.NoError(t, err)
	_, err = st.fn.Guard()(ctx, events.Resolved(sample, customer))
	require.Error(t, err, "a cancelled context is an error")
	require.False(t, function.IsNever(err), "and one that is tried again")
}
