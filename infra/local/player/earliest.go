package player

import (
	"context"
	"fmt"
	"time"

	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// earliest returns when the next timer after a time is due; false: there is none.
func earliest(ctx context.Context, s store.Store, after time.Time) (next time.Time, ok bool, err error) {
	for i := range thread.Shards {
		for doc, err := range s.Query(ctx, store.Query{Collection: thread.Collection, Partition: thread.ShardName(i)}) {
			if err != nil {
				return next, false, fmt.Errorf("look for the next timer: %w", err)
			}
			due, hidden, err := firstAfter(doc, after)
			if err != nil {
				return next, false, fmt.Errorf("look for the next timer: %w", err)
			}
			if !due.IsZero() && (!ok || due.Before(next)) {
				next, ok = due, true
			}
			if !hidden {
				break
			}
		}
	}
	return next, ok, nil
}

// firstAfter returns a thread's first timer after a time. Those up to that time were
// sent to their flows already: if one is still there, its flow failed, and it hides
// the others from the index.
func firstAfter(doc store.Document, after time.Time) (due time.Time, hidden bool, err error) {
	if entry, err := store.ParseSortTime(doc.Entry.Sort); err == nil && entry.After(after) {
		return entry, false, nil
	}
	t, err := thread.Read(doc)
	if err != nil {
		return due, true, err
	}
	for _, timer := range t.Timers {
		if timer.Due.After(after) {
			return timer.Due, true, nil
		}
	}
	return due, true, nil
}
