package channel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"redthread.dev/shared/action"
	"redthread.dev/shared/store"
)

// marking is how long there is to mark what came of a send, also when nobody waits
// for it any more: what is not marked cannot be known.
const marking = 5 * time.Second

// ours tells whether an action is still under the claim.
func ours(now, claim action.Action) bool {
	return now.Status == action.Sending && now.Lease.Equal(claim.Lease)
}

// better tells whether a is known for sure where another process had to give up.
func better(now, a action.Action) bool {
	return now.Status == action.Unknown && a.Status == action.Sent
}

// look reads an action as it is now; without an error and with version 0 it is gone.
func (r *runner) look(ctx context.Context, id string) (action.Action, int64, error) {
	docs, err := r.env.Store.Get(ctx, action.Key(id))
	if err != nil {
		return action.Action{}, 0, fmt.Errorf("%s: read action %q: %w", r.name, id, err)
	}
	if !docs[0].Exists() {
		return action.Action{}, 0, nil
	}
	a, err := action.Read(docs[0])
	return a, docs[0].Version, err
}

// ahead learns the version of a claim while the provider is being talked to; 0: not
// learnt. A store does not tell it when it commits.
func (r *runner) ahead(ctx context.Context, claim action.Action) <-chan int64 {
	version := make(chan int64, 1)
	go func() {
		now, v, err := r.look(ctx, claim.ID)
		if err != nil || !ours(now, claim) {
			v = 0
		}
		version <- v
	}()
	return version
}

// mark writes what came of a claim. It keeps trying for a while, since the provider
// has done its part; it writes nothing when the action was erased meanwhile, or when
// another process has taken over after the lease.
func (r *runner) mark(ctx context.Context, claim, a action.Action, version int64) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), marking)
	defer cancel()
	var err error
	for try := range tries {
		if err != nil && !errors.Is(err, store.ErrConflict) {
			time.Sleep(time.Millisecond << (2*try - 2))
		}
		if version == 0 {
			var now action.Action
			if now, version, err = r.look(ctx, a.ID); err == nil && (version == 0 || !ours(now, claim) && !better(now, a)) {
				return nil
			}
		}
		if version != 0 {
			if err = r.write(ctx, a, version); err == nil {
				return nil
			}
			version = 0
		}
	}
	return err
}
