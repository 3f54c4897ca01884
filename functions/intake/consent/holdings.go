package consent

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// holdings is all that the suite holds about a customer: what is erased, and what is
// handed out. Of the journal only the keys are kept, since it may be long.
type holdings struct {
	*customer
	ids        []string // the customer's, and those of the profiles that became theirs
	deeds      []deed
	names      map[string]bool // type:value, all that the customer was ever called
	journal    []store.Document
	identities []identity
	absorbed   []store.Document // profiles that became the customer's
	threads    []store.Document // theirs
	exports    []store.Document
	receipts   []receipt // of exports
	papers     []store.Document
	letters    []store.Document // dead ones
	mentions   []store.Document // dead letters that may be somebody else's, and are not handed out
}

// holdings reads what there is, after its customer was read: whatever comes in
// meanwhile changes the customer.
func (c *clerk) holdings(ctx context.Context, k *customer) (*holdings, error) {
	h := &holdings{customer: k, names: map[string]bool{}}
	var err error
	if h.ids, err = c.ids(ctx, k.profile.ID); err != nil {
		return nil, err
	}
	h.deeds, err = c.deeds(ctx, h.ids)
	return h, err
}

// readRest reads all else. Also are the keys of identities that are known to be the
// customer's from before; each is shown every entry of the journal, or is nil.
func (c *clerk) readRest(ctx context.Context, h *holdings, also []string, each func(store.Document) error) error {
	for _, i := range h.profile.Identifiers {
		h.names[profile.NameOf(i.Type, i.Value)] = true
	}
	for _, id := range h.ids {
		if err := c.readJournal(ctx, h, id, each); err != nil {
			return err
		}
		if err := c.readFiled(ctx, h, id); err != nil {
			return err
		}
	}
	if err := c.readAbsorbed(ctx, h); err != nil {
		return err
	}
	if err := c.readIdentities(ctx, h, also); err != nil {
		return err
	}
	return c.readLetters(ctx, h)
}

func (c *clerk) readJournal(ctx context.Context, h *holdings, id string, each func(store.Document) error) error {
	for doc, err := range c.env.Store.Query(ctx, profile.History(id)) {
		if err != nil {
			return fmt.Errorf("read journal of profile %q: %w", id, err)
		}
		h.journal = append(h.journal, store.Document{Key: doc.Key, Version: doc.Version})
		h.hear(c.rules, doc)
		if each == nil {
			continue
		}
		if err := each(doc); err != nil {
			return err
		}
	}
	return nil
}

// hear notes what the customer is called in a journal entry. One that cannot be read
// any more is no reason to keep it.
func (h *holdings) hear(rules profile.Rules, doc store.Document) {
	entry, err := profile.ReadEntry(doc)
	if err != nil {
		return
	}
	ids := entry.Speaker
	if _, parsed, err := rules.Parse(entry.Event); err == nil {
		ids = maps.Clone(parsed)
		maps.Copy(ids, entry.Speaker)
	}
	for idType, value := range ids {
		if idType != events.IDProfile {
			h.names[profile.NameOf(idType, value)] = true
		}
	}
}

// readFiled reads what is filed under one of the customer's profile ids.
func (c *clerk) readFiled(ctx context.Context, h *holdings, id string) error {
	for doc, err := range c.env.Store.Query(ctx, store.Query{Collection: exports, Partition: id}) {
		if err != nil {
			return fmt.Errorf("read exports of profile %q: %w", id, err)
		}
		h.exports = append(h.exports, store.Document{Key: doc.Key, Version: doc.Version})
	}
	given, papers, err := c.receipts(ctx, ofExport, id)
	h.receipts, h.papers = append(h.receipts, given...), append(h.papers, papers...)
	return err
}

// readAbsorbed reads what is left of the profiles that became the customer's.
func (c *clerk) readAbsorbed(ctx context.Context, h *holdings) error {
	var keys []store.Key
	for _, id := range h.ids[1:] {
		keys = append(keys, profile.Key(id), thread.Key(id))
	}
	docs, err := c.get(ctx, keys)
	if err != nil {
		return fmt.Errorf("read what profile %q absorbed: %w", h.profile.ID, err)
	}
	for _, d := range docs {
		switch {
		case !d.Exists():
		case d.Key.Collection == thread.Collection:
			h.threads = append(h.threads, d)
		default:
			h.absorbed = append(h.absorbed, d)
		}
	}
	return nil
}

// get reads documents, as many at a time as a store likes.
func (c *clerk) get(ctx context.Context, keys []store.Key) ([]store.Document, error) {
	const batch = 100
	var all []store.Document
	for part := range slices.Chunk(keys, batch) {
		docs, err := c.env.Store.Get(ctx, part...)
		if err != nil {
			return nil, err
		}
		all = append(all, docs...)
	}
	return all, nil
}

// called lists the customer's names in order.
func (h *holdings) called() []string { return slices.Sorted(maps.Keys(h.names)) }
