package tally

import (
	"context"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Watch returns the store as it is, with an eye on the journal: what is created
// there is an event that was new.
func (t *Tally) Watch(s store.Store) store.Store { return watched{s, t} }

type watched struct {
	store.Store
	tally *Tally
}

func (w watched) Commit(ctx context.Context, writes ...store.Write) error {
	if err := w.Store.Commit(ctx, writes...); err != nil {
		return err
	}
	for _, x := range writes {
		if x.Key.Collection == profile.Journal && x.Version == 0 && x.Data != nil {
			w.tally.mu.Lock()
			w.tally.report.Journalled++
			w.tally.mu.Unlock()
		}
	}
	return nil
}
