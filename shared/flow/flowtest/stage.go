package flowtest

import (
	"context"
	"fmt"
	"strings"
	gosync "sync"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// customer is the profile id of all stories' customer. Unless a story sets HOLDOUT
// or CONTROL, nobody is held out.
const customer = "01957e4a-6f00-7000-8000-000000000001"

// stage is where a story is played: the real store driver for memory, a clock that
// is told the time, and one flow.
type stage struct {
	store   store.Store
	now     time.Time
	fn      *function.Function
	flow    string
	watch   gosync.Mutex
	decided []function.Decided
	deliver func(*stage, events.Event) error

	restocked bool // the catalogue changed
}

// deliverOnce hands an event to the flow, again while it fails, as a broker does.
func deliverOnce(s *stage, e events.Event) error {
	var err error
	for range 4 {
		if _, err = s.fn.Guard()(context.Background(), e); err == nil || function.IsNever(err) {
			return err
		}
	}
	return err
}

func newStage(d flow.Definition, settings map[string]string, wrap func(store.Store) store.Store) (*stage, error) {
	s := &stage{flow: d.Name, deliver: deliverOnce}
	return s, s.set(d, settings, memory.New(s.clock()), wrap)
}

// clock has a store live in the stage's time.
func (s *stage) clock() store.Option { return store.WithClock(func() time.Time { return s.now }) }

// set makes the flow on a store.
func (s *stage) set(d flow.Definition, settings map[string]string, raw store.Store, wrap func(store.Store) store.Store) (err error) {
	s.store = raw
	under := raw
	if wrap != nil {
		under = wrap(raw)
	}
	if _, ok := settings["HOLDOUT"]; !ok {
		settings = with(settings, "HOLDOUT", "0")
	}
	if _, ok := settings["CONTROL"]; !ok {
		settings = with(settings, "CONTROL", "0")
	}
	env := function.Env{
		Store: under, Now: func() time.Time { return s.now },
		Override: map[string]map[string]string{d.Name: settings},
		Observe:  s.observe,
	}
	s.fn, err = d.Spec().New(env)
	return err
}

func (s *stage) observe(d function.Decided) {
	s.watch.Lock()
	defer s.watch.Unlock()
	s.decided = append(s.decided, d)
}

func with(settings map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for k, v := range settings {
		all[k] = v
	}
	return all
}

// stock puts the catalogue of a story into the store.
func (s *stage) stock(story *story) error {
	for i, fields := range story.catalogue {
		short, _ := fields["type"].(string)
		e, err := makeEvent("/catalogue", fmt.Sprint(i), story.steps[0].at, events.Prefix+short+".v1", fields)
		if err != nil {
			return err
		}
		data, err := events.Parse(e)
		if err != nil {
			return err
		}
		record, ok := catalog.RecordOf(data, catalog.StampOf(e, s.now))
		if !ok {
			return fmt.Errorf("%s is not about the catalogue", short)
		}
		if err := s.shelve(record); err != nil {
			return err
		}
	}
	return nil
}

// shelve puts what the catalogue has to say now in the place of what it said.
func (s *stage) shelve(r catalog.Record) error {
	docs, err := s.store.Get(context.Background(), r.Key())
	if err != nil {
		return err
	}
	w, newer, err := r.Over(docs[0])
	if err != nil || !newer {
		return err
	}
	return s.store.Commit(context.Background(), w)
}

// tell folds an event into the profile and the journal, or the catalogue, as collect does,
// and delivers it to the flow if it listens to it.
func (s *stage) tell(e events.Event) error {
	data, err := events.Parse(e)
	if err != nil {
		return err
	}
	if r, ok := catalog.RecordOf(data, catalog.StampOf(e, s.now)); ok {
		s.restocked = true
		return s.shelve(r)
	}
	resolved := events.Resolved(e, customer)
	if err := s.collect(resolved); err != nil {
		return err
	}
	for _, t := range s.fn.Manifest.Triggers {
		if t.Type == e.Type() {
			return s.deliver(s, resolved)
		}
	}
	return nil
}

func (s *stage) collect(e events.Event) error {
	ctx := context.Background()
	docs, err := s.store.Get(ctx, profile.Key(customer), profile.JournalKey(events.Hash(e)))
	if err != nil || docs[1].Exists() {
		return err
	}
	p, err := profile.Read(docs[0])
	if err != nil {
		return err
	}
	data, err := events.Parse(e)
	if err != nil {
		return err
	}
	profile.Fold(&p, e, data)
	w, err := profile.Write(p, docs[0].Version)
	if err != nil {
		return err
	}
	j, err := profile.WriteEntry(profile.Entry{Profile: customer, Type: e.Type(), Source: e.Source(), ID: e.ID(),
		Time: e.Time(), Received: s.now, Event: e}, 0)
	if err != nil {
		return err
	}
	return s.store.Commit(ctx, w, j)
}

// pass lets the time pass until t: the flow's timers come, each at its time.
func (s *stage) pass(t time.Time) error {
	for {
		th, err := s.thread()
		if err != nil {
			return err
		}
		if len(th.Timers) == 0 || th.Timers[0].Due.After(t) {
			s.now = t
			return nil
		}
		if err := s.ring(th.Timers[0]); err != nil {
			return err
		}
	}
}

func (s *stage) ring(x thread.Timer) error {
	s.now = x.Due
	id := strings.Join([]string{x.Flow, x.Name, x.Key, store.SortTime(x.Due)}, "/")
	e, err := events.New("/redthread/timers", id, x.Due, events.TimerDue{Timer: x.Name, Key: x.Key, Due: x.Due, SetAt: x.Set})
	if err != nil {
		return err
	}
	e = events.Resolved(e, customer)
	e.SetExtension(events.ExtFlow, s.flow)
	return s.deliver(s, e)
}

func (s *stage) thread() (thread.Thread, error) {
	docs, err := s.store.Get(context.Background(), thread.Key(customer))
	if err != nil {
		return thread.Thread{}, err
	}
	return thread.Read(docs[0])
}

// forget empties the flow's trail, as the decisions of a busy week would.
func (s *stage) forget() error {
	docs, err := s.store.Get(context.Background(), thread.Key(customer))
	if err != nil || !docs[0].Exists() {
		return err
	}
	th, err := thread.Read(docs[0])
	if err != nil {
		return err
	}
	f := th.Flows[s.flow]
	f.Trail = nil
	th.Flows[s.flow] = f
	w, err := thread.Write(th, docs[0].Version)
	if err != nil {
		return err
	}
	return s.store.Commit(context.Background(), w)
}

// actions returns all that the flow asked for, in the order of its creation.
func (s *stage) actions() ([]action.Action, error) {
	var all []action.Action
	for d, err := range s.store.Query(context.Background(), store.Query{Collection: action.Collection, Partition: customer}) {
		if err != nil {
			return nil, err
		}
		a, err := action.Read(d)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// play plays the story in its own order.
func (s *stage) play(story *story) error {
	if err := s.stock(story); err != nil {
		return err
	}
	for _, next := range story.steps {
		if err := s.pass(next.at); err != nil {
			return err
		}
		if next.event == nil {
			continue
		}
		if err := s.tell(*next.event); err != nil {
			return fmt.Errorf("%s %s: %w", next.at.Format("2006-01-02 15:04"), events.Short(next.event.Type()), err)
		}
	}
	return nil
}
