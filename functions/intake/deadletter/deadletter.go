// Package deadletter keeps events that were given up: the dead letter sink of the
// broker and its triggers.
package deadletter

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

//go:embed function.yaml
var manifest []byte

const name = "deadletter"

// Spec is the function.
var Spec = function.Define(name, manifest, serve)

type settings struct {
	Keep time.Duration `envconfig:"KEEP" default:"2160h" least:"1s" most:"87600h"` // how long a dead letter is kept
}

type keeper struct {
	env  function.Env
	keep time.Duration
}

func serve(s settings, env function.Env) (*function.Function, error) {
	k := &keeper{env: env, keep: s.Keep}
	return &function.Function{Handle: k.handle}, nil
}

// handle keeps the event. One that the same function gives up again, after it was
// sent once more, is the same dead letter with a new reason. Of somebody who was erased
// while their event was tried again and again nothing is kept: nobody would come back to
// erase it.
func (k *keeper) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	letter, err := newLetter(e, k.env.Now().UTC())
	if err != nil {
		return nil, function.Never(err)
	}
	keys := []store.Key{Key(letter.ID)}
	if whose := profile.Key(letter.Profile); store.CheckKeys(whose) == nil {
		keys = append(keys, whose)
	}
	docs, err := k.env.Store.Get(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("deadletter: get %q: %w", letter.ID, err)
	}
	for _, doc := range docs[1:] {
		// One that cannot be read was not erased: what is erased is written anew.
		if p, err := profile.Read(doc); err == nil && !p.Erased.IsZero() {
			return nil, nil
		}
	}
	if docs[0].Exists() {
		before, err := Read(docs[0])
		if err != nil {
			return nil, function.Never(err)
		}
		letter.Times, letter.First = before.Times+1, before.First
	}
	w, err := letter.write(docs[0].Version, letter.Last.Add(k.keep))
	if err != nil {
		return nil, function.Never(err)
	}
	if err := k.env.Store.Commit(ctx, w); err != nil {
		return nil, fmt.Errorf("deadletter: keep %q: %w", letter.ID, err)
	}
	return nil, nil
}

// Key returns the key of a dead letter's document.
func Key(id string) store.Key { return store.Key{Collection: Collection, ID: id} }
