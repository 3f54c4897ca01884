package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/thread"
)

// rework works out who is who from all history that has to do with the event, and
// writes what is different from before. It is for the few events that come late
// where identities were fought over, and for undoing a merge.
func (t *turn) rework(ctx context.Context, alsoNames ...string) error {
	c := t.closure()
	c.hear(alsoNames...)
	if err := c.add(t.entry, t.desk.version(t.key())); err != nil {
		return err
	}
	c.meet(t.entry.Profile)
	if err := c.gather(ctx); err != nil {
		return err
	}
	p := &plan{closure: c, answer: c.resolve(), named: append(t.sighting.Names(), alsoNames...)}
	if err := p.readThreads(ctx); err != nil {
		return err
	}
	if err := p.make(); err != nil {
		return function.Never(err)
	}
	if err := p.commit(ctx); err != nil {
		return err
	}
	t.entry = c.records[t.sighting.By].entry
	return nil
}

func (t *turn) key() store.Key { return profile.JournalKey(t.sighting.By) }

// plan is what has to be written for an answer to hold.
type plan struct {
	*closure
	answer
	named      []string               // what the event names, or named before it was unlinked
	home       string                 // the profile of the event
	parties    map[string]bool        // profiles that its names lead to
	concerned  map[string]bool        // profiles to be written in any case
	about      map[store.Key][]string // profiles that an entry or identity leads to, before or after
	entries    writes                 // journal entries that change hands, the event's own left out
	identities writes                 // as they will be
	wider      writes                 // the same with all holders, old and new
	parting    writes                 // threads of profiles that begin, before others join them
	contents   writes                 // profiles that change, with hold of them kept; the event's own left out
	unions     map[string]*writes     // by profile: its thread, and pointers to it in place of what is part of it now
	profiles   writes                 // those concerned, free again; the parties left out
	last       writes                 // the event, its profile and the other parties, free again: what makes it done
}

func (p *plan) make() error {
	own := p.records[p.sighting.By]
	p.home, p.about, p.unions = p.homeOf(own), map[store.Key][]string{}, map[string]*writes{}
	p.parties = p.party()
	p.concerned = p.concern()
	p.last.add(p.admit(own))
	if own.version == 0 {
		p.keep(&p.last)
	}
	for _, id := range slices.Sorted(maps.Keys(p.of)) {
		for _, r := range p.of[id] {
			if p.move(r, id); r != own && !reflect.DeepEqual(r.entry, r.was) {
				w, err := profile.WriteEntry(r.entry, r.version)
				p.entries.add(w, err)
				p.about[w.Key] = []string{r.was.Profile, id}
			}
		}
		if id != "" {
			p.rebuild(id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.into)) {
		p.retire(id, p.into[id])
	}
	p.name()
	err := cmp.Or(p.last.err, p.profiles.err, p.contents.err, p.parting.err, p.entries.err, p.identities.err, p.wider.err)
	for _, union := range p.unions {
		err = cmp.Or(err, union.err)
	}
	if err != nil {
		return fmt.Errorf("work identities out anew: %w", err)
	}
	return nil
}

// union is what makes one of a profile and those that are part of it now.
func (p *plan) union(id string) *writes {
	if p.unions[id] == nil {
		p.unions[id] = &writes{}
	}
	return p.unions[id]
}

// admit makes the write of the event's own entry.
func (p *plan) admit(own *record) (store.Write, error) {
	own.entry.Profile = p.home
	if own.version == 0 {
		own.entry.Merged = p.mergedInto(p.home)
	}
	return profile.WriteEntry(own.entry, own.version)
}

// move gives a record to a profile, unless the id it was journalled under leads there.
func (p *plan) move(r *record, id string) {
	if p.now(r.was.Profile) != id {
		r.entry.Profile = id
	}
}

// homeOf is the profile a record belongs to.
func (p *plan) homeOf(r *record) string {
	for id, records := range p.of {
		if slices.Contains(records, r) {
			return id
		}
	}
	return ""
}

// now is what an old id leads to.
func (p *plan) now(id string) string {
	if into, ok := p.into[id]; ok {
		return into
	}
	return id
}

// mergedInto lists the profiles that were in use and are now part of id.
func (p *plan) mergedInto(id string) []string {
	var merged []string
	for old, into := range p.into {
		if into == id && p.retired(old) == 0 {
			merged = append(merged, old)
		}
	}
	slices.Sort(merged)
	return merged
}

// rebuild folds a profile from its journal.
func (p *plan) rebuild(id string) {
	is := profile.Profile{ID: id}
	for _, r := range p.of[id] {
		_, data, err := p.rules.Sighting(r.entry)
		p.last.fail(err)
		r.entry.Fold(&is, data)
	}
	was, exists := p.desk.profile(id)
	if !p.concerned[id] && exists && same(was, is) {
		return
	}
	version := p.desk.version(profile.Key(id))
	p.rethread(id)
	if id == p.home {
		p.last.add(profile.Write(is, version))
		return
	}
	to := &p.profiles
	if p.parties[id] && len(p.last.list) < store.MaxWrites/2 {
		to = &p.last // should one of them have changed meanwhile, the event must be looked at again
	}
	to.add(profile.Write(is, version))
	if is.Unsettled = was.Unsettled; is.Unsettled.By == "" {
		is.Unsettled = p.hold()
	}
	if !exists || !same(was, is) {
		p.contents.add(profile.Write(is, version))
	}
}

// party lists the profiles that the event's own names lead to.
func (p *plan) party() map[string]bool {
	ids := map[string]bool{}
	for _, id := range p.present() {
		ids[p.now(id)] = true
	}
	for _, name := range p.named {
		i, _ := profile.ReadIdentity(p.desk.doc(p.rules.IdentityKey(name))) // lookUp has read it without error
		for _, id := range append(i.Held, i.Profile) {
			ids[p.now(id)] = true
		}
	}
	return ids
}

// concern lists the parties and the profiles that an identity leads to which changes
// hands or holders. They are written even if nothing in them changes, so that whoever is
// deciding about them decides again.
func (p *plan) concern() map[string]bool {
	ids := maps.Clone(p.parties)
	for name := range p.names {
		old, _ := profile.ReadIdentity(p.desk.doc(p.rules.IdentityKey(name))) // lookUp has read it without error
		next := p.identity(name)
		slices.Sort(old.Held)
		if old.Profile == next.Profile && slices.Equal(old.Held, next.Held) {
			continue
		}
		for _, id := range slices.Concat(old.Held, next.Held, []string{old.Profile, next.Profile}) {
			ids[p.now(id)] = true
		}
	}
	return ids
}

func same(a, b profile.Profile) bool {
	x, errX := profile.Write(a, 0)
	y, errY := profile.Write(b, 0)
	return errX == nil && errY == nil && string(x.Data) == string(y.Data)
}

// retire leaves a pointer in place of a profile that is part of another one now.
func (p *plan) retire(id, into string) {
	if was, _ := p.desk.profile(id); was.MergedInto == into {
		return
	}
	w := p.union(into)
	w.add(profile.Write(profile.Tombstone(id, into), p.desk.version(profile.Key(id))))
	w.add(thread.Write(thread.Thread{Profile: id, MergedInto: into}, p.desk.version(thread.Key(id))))
}
