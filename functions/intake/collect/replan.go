package collect

import (
	"context"
	"maps"
	"reflect"
	"slices"

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

// rethread gives a profile the threads of those that are part of it now.
func (p *plan) rethread(id string) {
	was, err := p.desk.thread(id)
	p.parting.fail(err)
	begun := p.begin(id, was)
	if !reflect.DeepEqual(was, begun) {
		p.parting.add(thread.Write(begun, p.desk.version(thread.Key(id))))
	}
	is := begun
	for _, other := range p.mergedInto(id) {
		one, err := p.desk.thread(other)
		p.parting.fail(err)
		is = thread.Merge(is, one)
	}
	if !reflect.DeepEqual(was, is) {
		p.union(id).add(thread.Write(is, p.desk.version(thread.Key(id))))
	}
}

// begin returns the thread of a profile before others join it. A profile that comes out
// of another takes that one's contacts along, so that parting never lets us write more
// often; what flows had going stays where it was.
func (p *plan) begin(id string, was thread.Thread) thread.Thread {
	comes := p.retired(id) == 1 || !p.desk.doc(profile.Key(id)).Exists()
	if begun := p.desk.doc(thread.Key(id)).Exists() && was.MergedInto == ""; begun || !comes && was.MergedInto == "" {
		return was
	}
	is := thread.Thread{Profile: id}
	for _, r := range p.of[id] {
		if from := p.desk.find(r.was.Profile); from != "" && from != id {
			old, err := p.desk.thread(from)
			p.parting.fail(err)
			is.Contacts = old.Contacts
			break
		}
	}
	return is
}

// name makes the writes of the identities, in two forms: as they will be, and wider,
// with old and new holders both, for the time in between. A name that only this event
// has is given to its profile together with the event: should that never come to be,
// nobody would look at the name again.
func (p *plan) name() {
	movers, shared := p.movers(), p.shared()
	for _, name := range slices.Sorted(maps.Keys(p.names)) {
		key := p.rules.IdentityKey(name)
		doc := p.desk.doc(key)
		old, err := profile.ReadIdentity(doc)
		p.identities.fail(err)
		slices.Sort(old.Held)
		next, to := p.identity(name), &p.identities
		if !shared[name] {
			to = &p.last
		}
		switch {
		case reflect.DeepEqual(old, next):
		case !isNobodys(next):
			to.add(profile.WriteIdentity(key, next, doc.Version))
		case doc.Exists():
			to.add(store.Write{Key: key, Version: doc.Version}, nil)
		}
		if !shared[name] {
			continue
		}
		both := widened(old, next, movers[name])
		if !reflect.DeepEqual(old, both) {
			p.wider.add(profile.WriteIdentity(key, both, doc.Version))
		}
		p.about[key] = append(slices.Clone(both.Held), both.Profile)
	}
}

// shared tells which names events in the journal have.
func (p *plan) shared() map[string]bool {
	names := map[string]bool{}
	for _, r := range p.records {
		for _, name := range r.sighting.Names() {
			names[name] = names[name] || r.version != 0
		}
	}
	return names
}

// movers lists for each name the profiles that entries with it move to. The event's own
// moves last, when identities are what they will be: were it one of them, they would be
// widened for it again and again.
func (p *plan) movers() map[string][]string {
	to, own := map[string][]string{}, p.records[p.sighting.By]
	for id, records := range p.of {
		for _, r := range records {
			if r == own || r.was.Profile == r.entry.Profile {
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
