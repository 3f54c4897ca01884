package main

import (
	"context"
	"errors"
	"fmt"

	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// unused refuses a store that was named with -store and holds something: a table of what
// happened would count that as well, and customers would be known who should be new.
func (t *terminal) unused(ctx context.Context) (err error) {
	if t.store == "" {
		return nil
	}
	s, err := store.Open(ctx, t.store, store.WithClock(longAgo)) // what has expired by now may not have by the demo's clock
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for _, collection := range []string{profile.Journal, profile.Collection, thread.Collection, deadletter.Collection, catalog.Products} {
		for doc, err := range s.Query(ctx, store.Query{Collection: collection}) {
			if err != nil {
				return fmt.Errorf("look into the store: %w", err)
			}
			return fmt.Errorf("demo: the store %s is not empty, it holds %s of earlier: name an empty one with -store, or none for a new one each time", store.Redacted(t.store), doc.Key.Collection)
		}
	}
	return nil
}
