package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// readThreads reads the threads of all profiles that merge, come back or are new.
func (p *plan) readThreads(ctx context.Context) error {
	var keys []store.Key
	for id, into := range p.into {
		keys = append(keys, thread.Key(id), thread.Key(into))
	}
	for id, records := range p.of {
		keys = append(keys, thread.Key(id))
		for _, r := range records {
			keys = append(keys, thread.Key(r.was.Profile))
		}
	}
	keys = slices.DeleteFunc(keys, func(k store.Key) bool { return k.ID == "" })
	return p.desk.fetch(ctx, keys...)
}

// rethread gives a profile the threads of those that are part of it now. One that
// comes out of another takes that one's contacts along, so that parting never lets
// us write more often; what flows had going stays where it was.
func (p *plan) rethread(w *writes, id string) {
	was, err := p.desk.thread(id)
	w.fail(err)
	is := was
	if p.retired(id) == 1 || was.MergedInto != "" || !p.desk.doc(profile.Key(id)).Exists() {
		is = thread.Thread{Profile: id}
		for _, r := range p.of[id] {
			if from := p.desk.find(r.was.Profile); from != "" && from != id {
				old, err := p.desk.thread(from)
				w.fail(err)
				is.Contacts = old.Contacts
				break
			}
		}
	}
	for _, other := range p.mergedInto(id) {
		one, err := p.desk.thread(other)
		w.fail(err)
		is = thread.Merge(is, one)
	}
	if !reflect.DeepEqual(was, is) {
		w.add(thread.Write(is, p.desk.version(thread.Key(id))))
	}
}

// name makes the writes of the identities, in two forms: as they will be, and wider,
// with old and new holders both, for the time in between.
func (p *plan) name(is, wider *writes) {
	movers := p.movers()
	for _, name := range slices.Sorted(maps.Keys(p.names)) {
		key := p.rules.IdentityKey(name)
		doc := p.desk.doc(key)
		old, err := profile.ReadIdentity(doc)
		is.fail(err)
		slices.Sort(old.Held)
		next := p.identity(name)
		switch {
		case reflect.DeepEqual(old, next):
		case !isNobodys(next):
			is.add(profile.WriteIdentity(key, next, doc.Version))
		case doc.Exists():
			is.list = append(is.list, store.Write{Key: key, Version: doc.Version})
		}
		if both := widened(old, next, movers[name]); !reflect.DeepEqual(old, both) {
			wider.add(profile.WriteIdentity(key, both, doc.Version))
		}
	}
}

// movers lists for each name the profiles that entries with it move to.
func (p *plan) movers() map[string][]string {
	to := map[string][]string{}
	for id, records := range p.of {
		for _, r := range records {
			if r.was.Profile == r.entry.Profile {
				continue
			}
			for _, name := range r.sighting.Names() {
				to[name] = append(to[name], id)
			}
		}
	}
	return to
}

func widened(old, next profile.Identity, movers []string) profile.Identity {
	both := old
	both.Held = distinct(slices.Concat(old.Held, next.Held, movers, []string{next.Profile}))
	both.Held = slices.DeleteFunc(both.Held, func(id string) bool { return id == "" || id == both.Profile })
	slices.Sort(both.Held)
	if len(both.Held) == 0 {
		both.Held = nil
	}
	return both
}

func isNobodys(i profile.Identity) bool {
	return i.Profile == "" && len(i.Held) == 0 && len(i.Company) == 0 && i.Public.IsZero()
}

// identity is a name's document as the answer has it.
func (p *plan) identity(name string) profile.Identity {
	link := p.linkage.Links[name]
	if link == nil {
		return profile.Identity{}
	}
	i := plain(p.linkage, *link)
	i.Profile = p.called[i.Profile]
	for n, id := range i.Held {
		i.Held[n] = p.called[id]
	}
	slices.Sort(i.Held)
	return i
}

// commit writes the plan in one commit if there is room for it, the event's own entry
// with the rest.
//
// Else it takes several. First the event takes hold of all profiles in the closure, so
// that nobody else decides about them. Then the identities learn all holders, old and
// new, and the entries move: whatever cuts this short, the closure can be gathered
// again in full. Then identities and profiles follow, and the event with its own
// profile comes last. Until then it is not in the journal, so that a second delivery
// takes up where this one was cut off.
func (p *plan) commit(ctx context.Context) error {
	all := slices.Concat(p.entries, p.identities, p.profiles, p.last)
	if len(all) <= p.room {
		return p.env.Store.Commit(ctx, all...)
	}
	holds, err := p.holds()
	switch {
	case err != nil:
		return function.Never(err)
	case len(holds) > 0:
		return p.readAgainAfter(p.inParts(ctx, holds))
	case len(p.entries) > 0:
		return p.readAgainAfter(p.fenced(ctx, p.wider, p.entries))
	}
	if err := p.fenced(ctx, p.identities); err != nil {
		return err
	}
	return p.inParts(ctx, p.profiles, p.last)
}

// readAgainAfter asks for another turn after a step that went well.
func (p *plan) readAgainAfter(err error) error { return cmp.Or(err, store.ErrConflict) }

// lease is how long an event keeps hold of profiles.
const lease = time.Minute

// holds makes the writes that take hold of all profiles in the closure of which the
// event has no hold yet.
func (p *plan) holds() ([]store.Write, error) {
	var w writes
	for _, id := range p.claimants() {
		was, _ := p.desk.profile(id)
		if was.MergedInto == "" && was.Unsettled.By != p.sighting.By {
			was.Unsettled = profile.Claim{By: p.sighting.By, Until: p.env.Now().UTC().Add(lease)}
			w.add(profile.Write(was, p.desk.version(profile.Key(id))))
		}
	}
	return w.list, w.err
}

func (p *plan) inParts(ctx context.Context, groups ...[]store.Write) error {
	for _, group := range groups {
		for part := range slices.Chunk(group, p.room) {
			if err := p.env.Store.Commit(ctx, part...); err != nil {
				return err
			}
		}
	}
	return nil
}

// fenced writes what no hold is written on, in parts that each write one held profile
// again as well: should the lease have passed to another event meanwhile, it fails.
func (p *plan) fenced(ctx context.Context, groups ...[]store.Write) error {
	held := p.claimants()
	if len(held) == 0 {
		return p.inParts(ctx, groups...)
	}
	key := profile.Key(held[0])
	fence := store.Write{Key: key, Version: p.desk.version(key), Data: p.desk.doc(key).Data, Entry: p.desk.doc(key).Entry}
	for _, group := range groups {
		for part := range slices.Chunk(group, p.room-1) {
			if err := p.env.Store.Commit(ctx, append(slices.Clone(part), fence)...); err != nil {
				return err
			}
			docs, err := p.env.Store.Get(ctx, key)
			if err != nil {
				return err
			}
			if now, err := profile.Read(docs[0]); err != nil || now.Unsettled.By != p.sighting.By {
				return fmt.Errorf("%s is held by another event: %w", key, cmp.Or(err, store.ErrConflict))
			}
			fence.Version = docs[0].Version
		}
	}
	for _, planned := range [][]store.Write{p.profiles, p.last} {
		for i := range planned {
			if planned[i].Key == key {
				planned[i].Version = fence.Version
			}
		}
	}
	return nil
}
