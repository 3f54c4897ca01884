package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// Unlink undoes what an event linked: from now on the journal's event of that source
// and id speaks for its most trusted identifier only. All who had to do with it are
// worked out anew, so that customers it had made one are apart again, each folded
// from their own journal. It returns the profiles that the event's identifiers lead to
// then, in order. It is an error if there is no such event; once more does no harm.
func Unlink(ctx context.Context, env function.Env, source, id string) (profiles []string, err error) {
	c, err := newCollector(env)
	if err != nil {
		return nil, err
	}
	for try := range attempts {
		profiles, err := c.unlink(ctx, source, id)
		if !errors.Is(err, store.ErrConflict) {
			return profiles, err
		}
		if err := store.Pause(ctx, try); err != nil {
			return nil, fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
		}
	}
	return nil, fmt.Errorf("unlink event %s: lost %d races", events.HashOf(source, id), attempts)
}

func (c *collector) unlink(ctx context.Context, source, id string) ([]string, error) {
	t := &turn{collector: c, desk: newDesk(c.env.Store)}
	key := profile.JournalKey(events.HashOf(source, id))
	if err := t.desk.fetch(ctx, key); err != nil {
		return nil, fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	var err error
	if t.entry, err = profile.ReadEntry(t.desk.doc(key)); err != nil {
		return nil, fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	t.entry.Unlinked = false // it names all whom it named, though it was unlinked before
	linked, _, err := c.rules.Sighting(t.entry)
	if err != nil {
		return nil, fmt.Errorf("unlink: %w", err)
	}
	switch known, err := c.holders(ctx, linked.Names()); {
	case err != nil:
		return nil, err
	case len(known) == 0: // with another key all would become strangers
		return nil, fmt.Errorf("unlink event %s: none of its identifiers is known: expected the IDENTITY_KEY that collect had", events.HashOf(source, id))
	}
	t.entry.Unlinked = true
	if err := t.look(); err != nil {
		return nil, fmt.Errorf("unlink: %w", err)
	}
	if err := t.rework(ctx, linked.Names()...); err != nil {
		return nil, fmt.Errorf("unlink event %s: %w", events.HashOf(source, id), err)
	}
	return c.holders(ctx, linked.Names())
}

// holders are the profiles that identifiers lead to.
func (c *collector) holders(ctx context.Context, names []string) (profiles []string, err error) {
	keys := make([]store.Key, len(names))
	for i, name := range names {
		keys[i] = c.rules.IdentityKey(name)
	}
	docs, err := c.env.Store.Get(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("unlink: read who is who: %w", err)
	}
	for _, doc := range docs {
		i, err := profile.ReadIdentity(doc)
		if err != nil {
			return nil, fmt.Errorf("unlink: %w", err)
		}
		if i.Profile != "" {
			profiles = append(profiles, i.Profile)
		}
	}
	slices.Sort(profiles)
	return slices.Compact(profiles), nil
}
