// Package suite is all of redthread in one process: broker, functions, store, clock,
// and what watches them.
package suite

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/lock"
	"redthread.dev/infra/local/tally"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// Config is what a suite is made of; only Data is required.
type Config struct {
	Data      string          // folder of queue, keys, outbox and, unless told otherwise, the store
	Store     string          // its URL; empty: sqlite:<Data>/redthread.db
	Clock     *clock.Clock    // nil: the real one
	Functions []function.Spec // nil: functions.All
	// Settings go before the environment: function → name → value; the function "" is
	// all of them.
	Settings  map[string]map[string]string
	PublicURL string        // where customers reach the pages; empty: the functions' default
	Sync      bool          // flush every event to the disk before it is taken
	SyncEvery time.Duration // else this often; 0: the broker's default
	MaxQueue  int64         // bytes in the queue beyond which events are refused; 0: the broker's default
	Retry     broker.Retry  // zero: the broker's default
	Patience  time.Duration // of a lane with a slow delivery; 0: the broker's default
	Log       *slog.Logger  // nil: the default
	// Screen makes what shows it all at / and below, of the store, time and settings that
	// functions have; nil: nothing is there.
	Screen func(function.Env) (Screen, error)
}

// Screen shows what happens. It is told of it by many goroutines, and must be quick.
type Screen interface {
	http.Handler
	Event(events.Event)
	Decided(function.Decided)
	DeadLetter(function string, e events.Event, reason string)
	Close() error
}

// Suite is a running suite.
type Suite struct {
	Broker    *broker.Broker
	Store     store.Store
	Clock     *clock.Clock
	Tally     *tally.Tally
	Functions []*function.Function

	log    *slog.Logger
	lock   *lock.Lock
	screen Screen
	cancel context.CancelFunc // ends the ticks
	ticks  chan struct{}      // closed when they have ended
}

// Open takes the data folder and starts everything. Events that an earlier process
// left in the queue are delivered at once.
func Open(ctx context.Context, c Config) (*Suite, error) {
	if c.Store == "" {
		c.Store = "sqlite:" + filepath.Join(c.Data, "redthread.db")
	}
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	if c.Functions == nil {
		c.Functions = functions.All
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Suite{Clock: c.Clock, Tally: tally.New(), log: c.Log}
	if err := s.open(ctx, c); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

func (s *Suite) open(ctx context.Context, c Config) (err error) {
	if s.lock, err = lock.Take(c.Data); err != nil {
		return err
	}
	opened, err := store.Open(ctx, c.Store, store.WithClock(s.Clock.Now))
	if err != nil {
		return err
	}
	s.Store = opened
	keys, err := keysIn(c.Data)
	if err != nil {
		return err
	}
	settings := local(c, keys)
	if c.Screen != nil {
		if s.screen, err = c.Screen(function.Env{Store: opened, Now: s.Clock.Now, Log: c.Log, Override: settings}); err != nil {
			return err
		}
	}
	watchers := []broker.Watcher{s.Tally}
	if s.screen != nil {
		watchers = append(watchers, shown{s.screen})
	}
	b, err := broker.Open(broker.Config{
		Dir: filepath.Join(c.Data, "queue"), SyncAlways: c.Sync, SyncEvery: c.SyncEvery, MaxBytes: c.MaxQueue, Retry: c.Retry,
		Patience: c.Patience, DeadLetters: deadLetters(c.Functions), InsideKey: keys[InsideKey], Watchers: watchers, Log: c.Log,
	})
	if err != nil {
		return err
	}
	s.Broker = b
	if err := s.make(c, settings); err != nil {
		return err
	}
	if err := b.Start(ctx, s.Functions); err != nil {
		return err
	}
	if s.Clock.Speed() > 0 {
		s.tick()
	}
	return nil
}

// deadLetters names the function that keeps dead letters, if it is among them.
func deadLetters(specs []function.Spec) string {
	for _, spec := range specs {
		if spec.Name == "deadletter" {
			return spec.Name
		}
	}
	return ""
}

// make makes the functions.
func (s *Suite) make(c Config, settings map[string]map[string]string) error {
	for _, spec := range c.Functions {
		emit := s.emitter(spec)
		f, err := spec.New(function.Env{
			Store: s.Tally.Watch(s.Store), Now: s.Clock.Now, Log: c.Log.With("function", spec.Name), Override: settings,
			Emit:    func(ctx context.Context, e events.Event) error { return emit(ctx, e) },
			Observe: s.decided,
		})
		if err != nil {
			return fmt.Errorf("start %s: %w", spec.Name, err)
		}
		s.Functions = append(s.Functions, f)
	}
	return nil
}

// emitter is how a function's events come to the broker. What listens to nothing brings
// events in from outside, and they are taken as all from there.
func (s *Suite) emitter(spec function.Spec) func(context.Context, ...events.Event) error {
	if m, err := function.ParseManifest(spec.Name, spec.Manifest); err == nil && len(m.Triggers) == 0 {
		return s.Broker.Outside
	}
	return s.Broker.Emit
}

func (s *Suite) decided(d function.Decided) {
	s.Tally.Decided(d)
	if s.screen != nil {
		s.screen.Decided(d)
	}
}

// busy is how many events may wait before ticks are left out: they would only add to
// them, and the next one catches up.
const busy = 20_000

func (s *Suite) tick() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.ticks = cancel, make(chan struct{})
	go func() {
		defer close(s.ticks)
		s.Clock.Ticks(ctx, func(at time.Time) {
			if s.Broker.Waiting() > busy {
				return
			}
			e, err := events.New("/redthread/clock", at.Format(time.RFC3339), at, events.TimerTick{})
			if err == nil {
				err = s.Broker.Emit(ctx, e)
			}
			if err != nil && ctx.Err() == nil {
				s.log.Error("a tick was lost; the next one catches up", "error", err)
			}
		})
	}()
}

// Close ends the deliveries that were begun, until ctx ends, and lets go of
// everything. Events that are left in the queue are delivered after the next Open.
func (s *Suite) Close(ctx context.Context) error {
	var errs []error
	if s.cancel != nil {
		s.cancel()
		<-s.ticks
	}
	if s.Broker != nil {
		errs = append(errs, s.Broker.Close(ctx))
	}
	for _, f := range s.Functions {
		if f.Close != nil {
			errs = append(errs, f.Close())
		}
	}
	if s.screen != nil {
		errs = append(errs, s.screen.Close())
	}
	if s.Store != nil {
		errs = append(errs, s.Store.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
