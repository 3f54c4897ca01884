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
	p := &plan{closure: c, answer: c.resolve()}
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
	concerned  map[string]bool // profiles to be written in any case
	entries    []store.Write   // journal entries that change hands, the event's own left out
	identities []store.Write   // as they will be
	wider      []store.Write   // the same with all holders, old and new
	profiles   []store.Write   // with their threads, those of the event's own profile left out
	last       []store.Write   // the event and its profile: what makes it done
}

func (p *plan) make() error {
	own := p.records[p.sighting.By]
	home := p.home(own)
	p.concerned = p.concern()
	var rest, last, entries writes
	last.add(p.admit(own, home))
	if own.version == 0 {
		p.keep(&last)
	}
	for _, id := range slices.Sorted(maps.Keys(p.of)) {
		for _, r := range p.of[id] {
			if p.move(r, id); r != own && !reflect.DeepEqual(r.entry, r.was) {
				entries.add(profile.WriteEntry(r.entry, r.version))
			}
		}
		switch id {
		case "":
		case home:
			p.rebuild(&last, id)
		default:
			p.rebuild(&rest, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(p.into)) {
		p.retire(&rest, id, p.into[id])
	}
	var is, wider writes
	p.name(&is, &wider)
	p.entries, p.profiles, p.last, p.identities, p.wider = entries.list, rest.list, last.list, is.list, wider.list
	if err := cmp.Or(rest.err, last.err, entries.err, is.err, wider.err); err != nil {
		return fmt.Errorf("work identities out anew: %w", err)
	}
	return nil
}

// admit makes the write of the event's own entry.
func (p *plan) admit(own *record, home string) (store.Write, error) {
	own.entry.Profile = home
	if own.version == 0 {
		own.entry.Merged = p.mergedInto(home)
	}
	return profile.WriteEntry(own.entry, own.version)
}

// move gives a record to a profile, unless the id it was journalled under leads there.
func (p *plan) move(r *record, id string) {
	if p.now(r.was.Profile) != id {
		r.entry.Profile = id
	}
}

// home is the profile a record belongs to.
func (p *plan) home(r *record) string {
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
func (p *plan) rebuild(w *writes, id string) {
	is := profile.Profile{ID: id}
	for _, r := range p.of[id] {
		_, data, err := p.rules.Sighting(r.entry)
		w.fail(err)
		r.entry.Fold(&is, data)
	}
	was, exists := p.desk.profile(id)
	if !p.concerned[id] && exists && same(was, is) {
		return
	}
	w.add(profile.Write(is, p.desk.version(profile.Key(id))))
	p.rethread(w, id)
}

// concern lists the profiles that the event's own names lead to, or an identity that
// changes hands or holders. They are written even if nothing in them changes, so that
// whoever is deciding about them decides again.
func (p *plan) concern() map[string]bool {
	ids := map[string]bool{}
	for _, id := range p.present() {
		ids[p.now(id)] = true
	}
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
func (p *plan) retire(w *writes, id, into string) {
	if was, _ := p.desk.profile(id); was.MergedInto == into {
		return
	}
	w.add(profile.Write(profile.Tombstone(id, into), p.desk.version(profile.Key(id))))
	w.add(thread.Write(thread.Thread{Profile: id, MergedInto: into}, p.desk.version(thread.Key(id))))
}
