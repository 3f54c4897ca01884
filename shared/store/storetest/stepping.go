package storetest

import (
	"context"

	"redthread.dev/shared/store"
)

// Stepping returns a store whose commits take a call to s for each of their steps
// (store.Steps), as they do where a transaction costs more: around one that fails at a
// call (Failing, Losing), so that the time between the steps is lived through, too.
func Stepping(s store.Store) store.Store { return stepping{s} }

type stepping struct{ store.Store }

func (s stepping) Commit(ctx context.Context, writes ...store.Write) error {
	if err := store.CheckWrites(writes...); err != nil {
		return err
	}
	for _, step := range store.Steps(writes) {
		if err := s.Store.Commit(ctx, step...); err != nil {
			return err
		}
	}
	return nil
}
