package collect

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// commit writes what came of the sighting, all or nothing.
func (t *turn) commit(ctx context.Context, l *profile.Linkage, o profile.Outcome) error {
	writes, err := t.writes(l, o)
	if err != nil {
		return function.Never(err)
	}
	return t.env.Store.Commit(ctx, writes...)
}

func (t *turn) writes(l *profile.Linkage, o profile.Outcome) ([]store.Write, error) {
	t.entry.Profile, t.entry.Merged, t.entry.Refused = o.Profile, o.Merged, types(o.Refused)
	var w writes
	w.add(profile.WriteEntry(t.entry, 0))
	t.keep(&w)
	if o.Profile == "" {
		return w.list, w.err
	}
	target := t.desk.target(o)
	target.ID, target.Unsettled = o.Profile, profile.Claim{}
	for _, id := range o.Merged {
		p, _ := t.desk.profile(id)
		*target = profile.Merge(*target, p)
		w.add(profile.Write(profile.Tombstone(id, target.ID), t.desk.version(profile.Key(id))))
	}
	t.entry.Fold(target, t.data)
	w.add(profile.Encode(target, t.desk.version(profile.Key(target.ID))))
	t.threads(&w, target.ID, o.Merged)
	t.identities(&w, l)
	t.bystanders(&w, l, o)
	t.repoint(&w, o)
	return w.list, w.err
}

// speak notes who spoke when a link of ours made a statement: the identifiers that
// its customer had then.
func (t *turn) speak() {
	if _, statement := t.data.(*events.ConsentChanged); statement && t.sighting.Pin != "" {
		p, _ := t.desk.profile(t.desk.find(t.sighting.Pin))
		t.entry.Speaker = strongest(p)
	}
}

// strongest returns the strong identifiers the customer used last, one of each type.
func strongest(p profile.Profile) events.Identifiers {
	ids := events.Identifiers{}
	for _, i := range p.Identifiers {
		if _, have := ids[i.Type]; events.Strong(i.Type) && !have {
			ids[i.Type] = i.Value
		}
	}
	return ids
}

func types(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, profile.TypeOf(name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// threads makes one thread of those that were merged. Those merged away are left as
// pointers even where there was none, so that a flow that decides at this moment
// finds its thread changed and decides again.
func (t *turn) threads(w *writes, target string, merged []string) {
	if len(merged) == 0 {
		return
	}
	all, err := t.desk.thread(target)
	w.fail(err)
	for _, id := range merged {
		one, err := t.desk.thread(id)
		w.fail(err)
		all = thread.Merge(all, one)
		w.add(thread.Write(thread.Thread{Profile: id, MergedInto: target}, t.desk.version(thread.Key(id))))
	}
	w.add(thread.Write(all, t.desk.version(thread.Key(target))))
}

// identities writes those that changed.
func (t *turn) identities(w *writes, l *profile.Linkage) {
	for _, name := range t.sighting.Names() {
		was, is := t.identity(name), plain(l, *l.Links[name])
		if !reflect.DeepEqual(was, is) {
			key := t.identityKey(name)
			w.add(profile.WriteIdentity(key, is, t.desk.version(key)))
		}
	}
}

// bystanders writes the other profiles that the event's names lead to, as they are.
// Whoever is deciding about one of them at this moment finds it changed and decides
// again, as this event does when one of them has changed.
func (t *turn) bystanders(w *writes, l *profile.Linkage, o profile.Outcome) {
	for _, id := range slices.Sorted(maps.Keys(l.Parties)) {
		if id == o.Profile || slices.Contains(o.Merged, id) || len(w.list) >= store.MaxWrites {
			continue
		}
		if p, ok := t.desk.profile(id); ok && p.MergedInto == "" {
			w.add(profile.Write(p, t.desk.version(profile.Key(id))))
		}
	}
}

// plain is an identity with merges followed and its lists in order.
func plain(l *profile.Linkage, i profile.Identity) profile.Identity {
	if i.Profile != "" {
		i.Profile = l.Find(i.Profile)
	}
	var held []string
	for _, id := range i.Held {
		if id = l.Find(id); id != i.Profile && !slices.Contains(held, id) {
			held = append(held, id)
		}
	}
	slices.Sort(held)
	slices.Sort(i.Company)
	i.Held = held
	return i
}

// repoint leads the other identifiers of anonymous profiles that were merged away
// straight to the customer. Nobody else ever had them, and no login, so nothing is
// lost by writing them unread; each was at most in the hands of the profile whose own
// version this commit checks. What there is no room for is led there by the tombstone.
func (t *turn) repoint(w *writes, o profile.Outcome) {
	mine := t.sighting.Names()
	for _, id := range o.Merged {
		p, _ := t.desk.profile(id)
		if p.Known() {
			continue
		}
		for _, i := range p.Identifiers {
			name := profile.NameOf(i.Type, i.Value)
			if len(w.list) < store.MaxWrites && !slices.Contains(mine, name) {
				mine = append(mine, name)
				w.add(profile.WriteIdentity(t.rules.IdentityKey(name), profile.Identity{Profile: o.Profile}, store.Unchecked))
			}
		}
	}
}

// writes gathers the writes of a commit and the first error in making them.
type writes struct {
	list []store.Write
	err  error
}

func (w *writes) add(one store.Write, err error) {
	w.fail(err)
	w.list = append(w.list, one)
}

func (w *writes) addIf(one store.Write, newer bool, err error) {
	if newer || err != nil {
		w.add(one, err)
	}
}

func (w *writes) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
