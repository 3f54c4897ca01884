package channel

import (
	"context"
	"fmt"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// job is an action as it was read, and whom it is for.
type job struct {
	action  action.Action
	version int64 // of the action
	customer
	entry action.Action // of who is to be taken out of an audience: what puts them in and is being sent, if any is
}

// customer is a profile that has not been merged away, and its thread.
type customer struct {
	profile profile.Profile
	thread  thread.Thread
	said    int64 // the thread's version
	gone    bool  // erased, or never there
}

// hops bounds how many merges are followed.
const hops = 8

// read gets action, profile and thread in one round trip; who is what the event says
// whom it is about. The action's own word counts, so that for an event that says
// something else, or for a customer who was merged, there is one more. It returns
// nothing when the action went with its erased customer.
func (r *runner) read(ctx context.Context, id, who string) (*job, error) {
	keys := []store.Key{action.Key(id)}
	if who != "" {
		keys = append(keys, profile.Key(who), thread.Key(who))
	}
	docs, err := r.env.Store.Get(ctx, keys...)
	if err != nil {
		return nil, fmt.Errorf("%s: read action %q: %w", r.name, id, err)
	}
	if !docs[0].Exists() {
		return nil, r.missing(ctx, id, who, docs[1:])
	}
	j := &job{version: docs[0].Version}
	if j.action, err = action.Read(docs[0]); err != nil {
		return nil, function.Never(err)
	}
	if j.action.Channel != r.name {
		return nil, function.Neverf("%s: action %q is for channel %q: the trigger is wrong", r.name, id, j.action.Channel)
	}
	known := docs[1:]
	if j.action.Profile != who {
		known = nil
	}
	if j.customer, err = r.follow(ctx, j.action.Profile, known); err == nil && removes(j.action) {
		j.entry, err = r.entry(ctx, j)
	}
	return j, err
}

// listed tells whether an action of a kind puts a customer on a list, or takes them off.
func listed(kind events.ActionKind) bool {
	return kind == events.ActionAudience || kind == events.ActionPrint
}

func removes(a action.Action) bool { return a.Content.Audience != nil && a.Content.Audience.Remove }

// entry returns the action that is just putting the customer into the audience that they
// are to be taken out of. Were it overtaken, they would stay there.
func (r *runner) entry(ctx context.Context, j *job) (action.Action, error) {
	var keys []store.Key
	for _, c := range j.thread.Contacts {
		if listed(events.ActionKind(c.Kind)) && c.Channel == j.action.Channel && c.Action != j.action.ID && !c.At.After(j.action.Created) {
			keys = append(keys, action.Key(c.Action))
		}
	}
	if len(keys) == 0 {
		return action.Action{}, nil
	}
	docs, err := r.env.Store.Get(ctx, keys...)
	if err != nil {
		return action.Action{}, fmt.Errorf("%s: read what came before action %q: %w", r.name, j.action.ID, err)
	}
	for _, doc := range docs {
		if a, err := action.Read(doc); doc.Exists() && err == nil && a.Status == action.Sending && !removes(a) &&
			a.Content.Audience != nil && a.Kind == j.action.Kind && a.Content.Audience.Name == j.action.Content.Audience.Name && r.wall().Before(a.Lease) {
			return a, nil
		}
	}
	return action.Action{}, nil
}

// missing tells an action that was erased from one that should be there.
func (r *runner) missing(ctx context.Context, id, who string, known []store.Document) error {
	if who != "" {
		if c, err := r.follow(ctx, who, known); err != nil || c.gone {
			return err
		}
	}
	return function.Neverf("%s: action %q: there is none", r.name, id)
}

// follow returns the customer whom a profile has become. Known are the documents of
// the profile and its thread, if they were read already.
func (r *runner) follow(ctx context.Context, id string, known []store.Document) (customer, error) {
	for range hops {
		if len(known) == 0 {
			var err error
			if known, err = r.env.Store.Get(ctx, profile.Key(id), thread.Key(id)); err != nil {
				return customer{}, fmt.Errorf("%s: read profile and thread %q: %w", r.name, id, err)
			}
		}
		p, err := profile.Read(known[0])
		if err != nil {
			return customer{}, function.Never(err)
		}
		if p.MergedInto != "" {
			id, known = p.MergedInto, nil
			continue
		}
		t, err := thread.Read(known[1])
		return customer{profile: p, thread: t, said: known[1].Version, gone: !known[0].Exists() || !p.Erased.IsZero()}, function.Never(err)
	}
	return customer{}, function.Neverf("%s: profile %q is merged in a circle", r.name, id)
}
