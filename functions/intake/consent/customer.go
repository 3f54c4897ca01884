package consent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// customer is a profile that was not merged away, and its thread, as they were read.
type customer struct {
	profile profile.Profile
	thread  thread.Thread
	version struct{ profile, thread int64 }
}

// hops bounds how many merges are followed.
const hops = 20

// customer reads whom a profile id has become, and with it another document, in one
// round trip and one more for each merge since.
func (c *clerk) customer(ctx context.Context, id string, also ...store.Key) (*customer, []store.Document, error) {
	for range hops {
		docs, err := c.env.Store.Get(ctx, append([]store.Key{profile.Key(id), thread.Key(id)}, also...)...)
		if err != nil {
			return nil, nil, fmt.Errorf("read profile and thread %q: %w", id, err)
		}
		p, err := profile.Read(docs[0])
		if err != nil {
			return nil, nil, function.Never(err)
		}
		if p.MergedInto != "" {
			id = p.MergedInto
			continue
		}
		t, err := thread.Read(docs[1])
		if err != nil {
			return nil, nil, function.Never(err)
		}
		k := &customer{profile: p, thread: t}
		k.version.profile, k.version.thread = docs[0].Version, docs[1].Version
		return k, docs[2:], nil
	}
	return nil, nil, function.Neverf("profile %q is merged in a circle", id)
}

// gone tells that there is nobody, or nobody any more.
func (k *customer) gone() bool { return k.version.profile == 0 || !k.profile.Erased.IsZero() }

// ids returns the profile's id and those of all profiles that became part of it,
// which much of what is theirs is still filed under.
func (c *clerk) ids(ctx context.Context, id string) ([]string, error) {
	ids := []string{id}
	for i := 0; i < len(ids); i++ {
		for doc, err := range c.env.Store.Query(ctx, profile.Absorbed(ids[i])) {
			if err != nil {
				return nil, fmt.Errorf("read what profile %q absorbed: %w", ids[i], err)
			}
			if !slices.Contains(ids, doc.Key.ID) {
				ids = append(ids, doc.Key.ID)
			}
		}
	}
	return ids, nil
}

// deed is an action as it was read.
type deed struct {
	action.Action
	version int64
}

// deeds reads the actions of profiles, oldest first.
func (c *clerk) deeds(ctx context.Context, ids []string) ([]deed, error) {
	var all []deed
	for _, id := range ids {
		for doc, err := range c.env.Store.Query(ctx, store.Query{Collection: action.Collection, Partition: id}) {
			if err != nil {
				return nil, fmt.Errorf("read actions of profile %q: %w", id, err)
			}
			a, err := action.Read(doc)
			if err != nil {
				return nil, function.Never(err)
			}
			all = append(all, deed{a, doc.Version})
		}
	}
	slices.SortStableFunc(all, func(a, b deed) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// cancel is the write that stops an action which waits.
func (d *deed) cancel(why string, now time.Time) (store.Write, error) {
	d.Status, d.Reason, d.Done = action.Cancelled, why, now
	return action.Write(d.Action, d.version)
}

// request is the event that asks a channel for an action: the same one however often.
func request(profileID string, a action.Action) (*events.Event, error) {
	e, err := reply(profileID, a.ID, a.Created, events.ActionRequested{ActionID: a.ID, Kind: a.Kind})
	if err != nil {
		return nil, err
	}
	e.SetExtension(events.ExtFlow, name)
	e.SetExtension(events.ExtChannel, a.Channel)
	return e, nil
}
