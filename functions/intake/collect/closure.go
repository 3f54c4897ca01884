package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// errTooMuch says that a history is too long to work identities out anew.
var errTooMuch = errors.New("too much history")

// record is a journal entry with what identity resolution sees of it.
type record struct {
	entry    profile.Entry
	was      profile.Entry // as it was read
	version  int64
	sighting profile.Sighting
}

// closure is all history that can have to do with an event: the journals of all who
// share a name, or share one with somebody who does, and so on.
type closure struct {
	*turn
	names   map[string]bool
	ids     map[string]bool
	records map[string]*record // by the sighting's By

	newNames, newIDs []string
	anchors          map[string]*record
}

func (t *turn) closure() *closure {
	return &closure{turn: t, names: map[string]bool{}, ids: map[string]bool{}, records: map[string]*record{}}
}

// gather reads the closure. A profile is always read before its journal: then a
// journal that misses an event which came in meanwhile belongs to a profile that has
// changed, and the commit conflicts.
func (c *closure) gather(ctx context.Context) error {
	for len(c.newNames)+len(c.newIDs) > 0 {
		if err := c.lookUp(ctx); err != nil {
			return err
		}
		ids := c.newIDs
		c.newIDs = nil
		if err := c.desk.profiles(ctx, ids, false); err != nil {
			return err
		}
		for _, id := range ids {
			if err := c.recall(ctx, id); err != nil {
				return err
			}
		}
	}
	return c.unchanged(ctx)
}

// unchanged makes sure that the identities still are what they were when they were
// read: one that got another holder since might lead further.
func (c *closure) unchanged(ctx context.Context) error {
	keys := make([]store.Key, 0, len(c.names))
	for name := range c.names {
		keys = append(keys, c.rules.IdentityKey(name))
	}
	for some := range slices.Chunk(keys, batch) {
		if err := c.desk.fetchWhile(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// lookUp reads the identities of new names and notes the profiles they lead to.
func (c *closure) lookUp(ctx context.Context) error {
	names := c.newNames
	c.newNames = nil
	keys := make([]store.Key, len(names))
	for i, name := range names {
		keys[i] = c.rules.IdentityKey(name)
	}
	if err := c.desk.fetch(ctx, keys...); err != nil {
		return err
	}
	for _, key := range keys {
		i, err := profile.ReadIdentity(c.desk.doc(key))
		if err != nil {
			return err
		}
		c.meet(append(i.Held, i.Profile)...)
	}
	return nil
}

// recall reads a profile's journal, and notes who else it leads to.
func (c *closure) recall(ctx context.Context, id string) error {
	if p, ok := c.desk.profile(id); ok {
		if c.claimed(p.Unsettled) {
			return fmt.Errorf("profile %q is being worked out for event %s: %w", id, p.Unsettled.By, store.ErrConflict)
		}
		c.meet(p.MergedInto)
	}
	for doc, err := range c.env.Store.Query(ctx, profile.Absorbed(id)) {
		if err != nil {
			return fmt.Errorf("read what profile %q absorbed: %w", id, err)
		}
		c.meet(doc.Key.ID)
	}
	for doc, err := range c.env.Store.Query(ctx, profile.History(id)) {
		if err != nil {
			return fmt.Errorf("read journal of profile %q: %w", id, err)
		}
		entry, err := profile.ReadEntry(doc)
		if err != nil {
			return err
		}
		if err := c.add(entry, doc.Version); err != nil {
			return err
		}
	}
	return nil
}

// add takes an entry into the closure; version 0 is an entry to be created.
func (c *closure) add(entry profile.Entry, version int64) error {
	s, _, err := c.rules.Sighting(entry)
	if err != nil {
		return err
	}
	if c.records[s.By] != nil {
		return nil
	}
	if len(c.records) >= c.history {
		return fmt.Errorf("%w: more than HISTORY_LIMIT=%d events are linked to each other", errTooMuch, c.history)
	}
	c.records[s.By] = &record{entry: entry, was: entry, version: version, sighting: s}
	c.hear(s.Names()...)
	c.meet(s.Pin)
	return nil
}

// claimed tells whether another event has hold of a profile.
func (c *closure) claimed(by profile.Claim) bool {
	return by.By != "" && by.By != c.sighting.By && by.Until.After(c.env.Now())
}

func (c *closure) hear(names ...string) {
	for _, name := range names {
		if !c.names[name] {
			c.names[name] = true
			c.newNames = append(c.newNames, name)
		}
	}
}

func (c *closure) meet(ids ...string) {
	for _, id := range ids {
		if id != "" && !c.ids[id] {
			c.ids[id] = true
			c.newIDs = append(c.newIDs, id)
		}
	}
}
