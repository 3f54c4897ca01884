package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"redthread.dev/functions"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/player"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
	"redthread.dev/tests/emulators/stores"
	"redthread.dev/tests/wire"
)

// after is how long time goes on after the last event, for the timers.
const after = 14 * 24 * time.Hour

// place is a store that is measured.
type place struct {
	name string
	// open makes it ready, and returns its URL, what wraps a function's environment, and
	// what is held at the end.
	open func(m *meter, c *clerk) (opened, error)
}

type opened struct {
	io.Closer
	url    string
	wrap   func(name string, env *function.Env)
	stored func() shelves
	said   func() float64 // units by the emulator; nil: it says none
}

var places = map[string]place{
	"dynamodb":  {"dynamodb", openDynamoDB},
	"firestore": {"firestore", openFirestore},
}

func openDynamoDB(m *meter, c *clerk) (opened, error) {
	address := os.Getenv(stores.DynamoDBVariable)
	if address == "" {
		return opened{}, fmt.Errorf("%s is not set; go run ./tests/emulators sets it", stores.DynamoDBVariable)
	}
	for name, value := range stores.AWS(address) {
		if err := os.Setenv(name, value); err != nil {
			return opened{}, err
		}
	}
	d := newDynamo(m, c)
	return opened{io.NopCloser(nil), "dynamodb://" + stores.Region + "/cost" + strings.ToLower(rand.Text()[:8]), d.wrap, d.stored, func() float64 { return d.said }}, nil
}

func openFirestore(m *meter, c *clerk) (opened, error) {
	address := os.Getenv(stores.FirestoreVariable)
	if address == "" {
		return opened{}, fmt.Errorf("%s is not set; go run ./tests/emulators sets it", stores.FirestoreVariable)
	}
	f := &fire{meter: m, clerk: c, held: map[string]paper{}, shelves: shelves{}}
	relay, err := wire.Firestore(address, f.see)
	if err != nil {
		return opened{}, err
	}
	return opened{relay, "firestore://cost" + strings.ToLower(rand.Text()[:8]), f.wrap, f.stored, nil}, os.Setenv("FIRESTORE_EMULATOR_HOST", relay.Address)
}

// clerk keeps the threads in memory as well, where the player finds the next timer: in
// real life nobody looks for it, as time comes by itself. And it counts.
type clerk struct {
	threads   store.Store
	customers atomic.Int64
	failed    atomic.Int64 // calls that did, and lost no race: what they cost is not known
}

func (c *clerk) heed(err error) {
	if err != nil && !errors.Is(err, store.ErrConflict) {
		c.failed.Add(1)
	}
}

func (c *clerk) note(writes []store.Write) error {
	for _, w := range writes {
		switch {
		case w.Key.Collection == profile.Collection && w.Version == 0 && w.Data != nil:
			c.customers.Add(1)
		case w.Key.Collection == thread.Collection:
			w.Version = store.Unchecked
			if err := c.threads.Commit(context.Background(), w); err != nil {
				return err
			}
		}
	}
	return nil
}

// keys are the same in each run, so that the same customers are held out of what flows do.
var keys = map[string]string{"IDENTITY_KEY": strings.Repeat("identity", 4), "LINK_KEY": strings.Repeat("link", 8)}

// play lets the slice happen on a store.
func (p place) play(ctx context.Context, s slice, errs io.Writer) (b bill, err error) {
	m, hours := &meter{}, clock.Stepped(time.Time{})
	c := &clerk{threads: memory.New(store.WithClock(hours.Now))}
	at, err := p.open(m, c)
	if err != nil {
		return b, err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	dir, err := os.MkdirTemp("", "redthread-cost-")
	if err != nil {
		return b, err
	}
	defer os.RemoveAll(dir)
	var specs []function.Spec
	for _, spec := range functions.All {
		specs = append(specs, m.watch(spec, at.wrap))
	}
	began := time.Now()
	whole, err := suite.Open(ctx, suite.Config{Data: dir, Store: at.url, Clock: hours, Functions: specs, Patience: time.Minute,
		Settings: map[string]map[string]string{"": keys}, SyncEvery: time.Minute, Log: slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return b, err
	}
	shown := time.Now()
	play := &player.Player{Clock: hours, Broker: whole.Broker, Store: c.threads, Moved: func(g player.Progress) {
		if time.Since(shown) > 10*time.Second {
			shown = time.Now()
			fmt.Fprintf(errs, "cost: %s: %d of %d events, %s, %.0f s\n", p.name, g.Events, len(s.events), g.At.Format(time.DateOnly), time.Since(began).Seconds())
		}
	}}
	err = play.Play(ctx, slices.Values(s.events))
	if err == nil {
		err = play.Until(ctx, hours.Now().Add(after))
	}
	if err == nil {
		err = whole.Tally.Report().Check()
	}
	if err = errors.Join(err, whole.Close(context.WithoutCancel(ctx))); err != nil {
		return b, err
	}
	return p.bill(s, m, c, at, time.Since(began)), nil
}
