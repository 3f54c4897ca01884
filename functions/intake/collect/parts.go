package collect

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// commit writes the plan in one commit if there is room for it, the event's own entry
// with the rest.
//
// Else it takes several steps, after each of which everything is read and worked out
// again. First the event takes hold of all profiles in the closure, so that nobody else
// decides about them. Then the identities learn all holders, old and new, and the
// entries move. Then profiles become what they will be, still held. Only then does an
// identity let go of those who do not have it any more: whatever cuts this short, and
// whoever gets in between when the lease is over, the closure is found in full. Who is
// not found from then on is free at once. At last
// all profiles are free again, and the event with its own profile is kept. Until then it
// is not in the journal, so that a second delivery takes up where this one was cut off.
func (p *plan) commit(ctx context.Context) error {
	var unions []store.Write
	for _, id := range slices.Sorted(maps.Keys(p.unions)) {
		unions = append(unions, p.unions[id].list...)
	}
	all := slices.Concat(p.entries.list, p.identities.list, p.profiles.list, unions, p.last.list)
	if len(all) <= p.room {
		return p.env.Store.Commit(ctx, all...)
	}
	holds, err := p.holds()
	switch {
	case err != nil:
		return function.Never(err)
	case len(holds) > 0:
		return p.readAgainAfter(p.inParts(ctx, holds))
	case len(p.parting.list)+len(p.wider.list)+len(p.entries.list) > 0:
		if err := p.inParts(ctx, p.parting.list); err != nil {
			return err
		}
		return p.readAgainAfter(p.fenced(ctx, p.wider.list, p.entries.list))
	case len(p.contents.list)+len(unions) > 0:
		return p.readAgainAfter(p.inParts(ctx, p.bodies()...))
	case len(p.identities.list) > 0:
		if err := p.fenced(ctx, p.identities.list); err != nil {
			return err
		}
		return p.readAgainAfter(p.release(ctx))
	}
	if err := p.inParts(ctx, p.profiles.list); err != nil {
		return err
	}
	return p.env.Store.Commit(ctx, p.last.list...)
}

// bodies are the writes of the third step. A thread is written with the pointers in
// place of those that are part of it: no timer may be set in both.
func (p *plan) bodies() [][]store.Write {
	groups := [][]store.Write{p.contents.list}
	for _, id := range slices.Sorted(maps.Keys(p.unions)) {
		groups = append(groups, p.unions[id].list)
	}
	return groups
}

// readAgainAfter asks for another turn after a step that went well.
func (p *plan) readAgainAfter(err error) error { return cmp.Or(err, store.ErrConflict) }

// lease is how long an event keeps hold of profiles.
const lease = time.Minute

func (p *plan) hold() profile.Claim {
	return profile.Claim{By: p.sighting.By, Until: p.env.Now().UTC().Add(lease)}
}

// holds makes the writes that take hold of all profiles in the closure of which the
// event has no hold yet.
func (p *plan) holds() ([]store.Write, error) {
	var w writes
	for _, id := range p.claimants() {
		was, _ := p.desk.profile(id)
		if was.MergedInto == "" && was.Unsettled.By != p.sighting.By {
			was.Unsettled = p.hold()
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

// fenced writes what no hold is written on, in parts that each write the held profiles
// that it is about again as well. Should the lease of one have passed to another event
// meanwhile it fails, and so does whoever was deciding about one all along.
func (p *plan) fenced(ctx context.Context, groups ...[]store.Write) error {
	held := map[string]store.Document{}
	for _, id := range p.claimants() {
		if was, _ := p.desk.profile(id); was.MergedInto == "" {
			held[id] = p.desk.doc(profile.Key(id))
		}
	}
	for _, group := range groups {
		for len(group) > 0 {
			n, fence := p.part(group, held)
			if err := p.beside(ctx, group[:n], fence, held); err != nil {
				return err
			}
			group = group[n:]
		}
	}
	return nil
}

// part says how many of the writes go into one commit, and with which held profiles.
func (p *plan) part(group []store.Write, held map[string]store.Document) (n int, fence []string) {
	for n < len(group) {
		more := slices.DeleteFunc(distinct(p.about[group[n].Key]), func(id string) bool {
			_, is := held[id]
			return !is || slices.Contains(fence, id)
		})
		if n > 0 && n+1+len(fence)+len(more) > p.room {
			break
		}
		n, fence = n+1, append(fence, more...)
	}
	return n, fence[:min(len(fence), store.MaxWrites-n)]
}

// beside commits writes with a fence of held profiles, and learns their new versions.
func (p *plan) beside(ctx context.Context, part []store.Write, fence []string, held map[string]store.Document) error {
	keys := make([]store.Key, len(fence))
	part = slices.Clone(part)
	for i, id := range fence {
		keys[i] = profile.Key(id)
		part = append(part, store.Write{Key: keys[i], Version: held[id].Version, Data: held[id].Data, Entry: held[id].Entry})
	}
	if err := p.env.Store.Commit(ctx, part...); err != nil || len(keys) == 0 {
		return err
	}
	docs, err := p.env.Store.Get(ctx, keys...)
	if err != nil {
		return err
	}
	for i, id := range fence {
		if now, err := profile.Read(docs[i]); err != nil || now.Unsettled.By != p.sighting.By {
			return fmt.Errorf("profile %q is held by another event: %w", id, cmp.Or(err, store.ErrConflict))
		}
		held[id] = docs[i]
	}
	return nil
}
