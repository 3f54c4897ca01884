package collect

import (
	"context"
	"errors"
	"fmt"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Unlink undoes what an event linked: from now on the journal's event of that source
// and id speaks for its most trusted identifier only. All who had to do with it are
// worked out anew, so that customers it had made one are apart again, each folded
// from their own journal. It is an error if there is no such event.
func Unlink(ctx context.Context, env function.Env, source, id string) error {
	c, err := newCollector(env)
	if err != nil {
		return err
	}
	for try := range attempts {
		err := c.unlink(ctx, source, id)
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		if err := store.Pause(ctx, try); err != nil {
			return fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
		}
	}
	return fmt.Errorf("unlink event %s: lost %d races", events.HashOf(source, id), attempts)
}

func (c *collector) unlink(ctx context.Context, source, id string) error {
	t := &turn{collector: c, desk: newDesk(c.env.Store)}
	key := profile.JournalKey(events.HashOf(source, id))
	if err := t.desk.fetch(ctx, key); err != nil {
		return fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	var err error
	if t.entry, err = profile.ReadEntry(t.desk.doc(key)); err != nil {
		return fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	linked, _, err := c.rules.Sighting(t.entry)
	if err != nil {
		return fmt.Errorf("unlink: %w", err)
	}
	t.entry.Unlinked = true
	if err := t.look(); err != nil {
		return fmt.Errorf("unlink: %w", err)
	}
	if err := t.rework(ctx, linked.Names()...); err != nil {
		return fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	return nil
}
