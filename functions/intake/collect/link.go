package collect

import (
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// linkage makes of the documents on the desk what the sighting is applied to. It is
// not settled when an identity leads to a profile that is not there, or not settled:
// somebody works identities out anew, or was interrupted in it.
func (t *turn) linkage() (l *profile.Linkage, settled bool) {
	l, settled = profile.NewLinkage(t.rules.Limits), true
	for _, id := range t.present() {
		p, ok := t.desk.profile(id)
		switch {
		case !ok:
			settled = settled && id == t.sighting.Pin
		case !p.Erased.IsZero():
		case p.MergedInto != "":
			l.Parties[id] = &profile.Party{Into: p.MergedInto}
		default:
			settled = settled && p.Unsettled == profile.Claim{}
			l.Parties[id] = &profile.Party{Created: p.Created, Strong: strong(p)}
		}
	}
	for _, name := range t.sighting.Names() {
		i := t.identity(name)
		l.Links[name] = &i
		if public(i, t.sighting.At) {
			continue // who had it does not matter any more, and was not read
		}
		if l.Parties[l.Find(i.Profile)] == nil {
			i.Profile = ""
		}
		i.Company = slices.Clone(i.Company)
		i.Held = slices.DeleteFunc(slices.Clone(i.Held), func(id string) bool { return l.Parties[l.Find(id)] == nil })
	}
	return l, settled
}

// identity returns a name's document as it was read.
func (t *turn) identity(name string) profile.Identity {
	if i := t.met[name]; i != nil {
		return *i
	}
	return profile.Identity{}
}

// present lists the profiles that the event's names lead to, and those they are
// part of now.
func (t *turn) present() []string {
	ids := slices.Clone(t.led)
	for i := 0; i < len(ids); i++ {
		if p, ok := t.desk.profile(ids[i]); ok && p.MergedInto != "" && !slices.Contains(ids, p.MergedInto) {
			ids = append(ids, p.MergedInto)
		}
	}
	return ids
}

func strong(p profile.Profile) map[string]bool {
	names := map[string]bool{}
	for _, i := range p.Identifiers {
		if events.Strong(i.Type) {
			names[profile.NameOf(i.Type, i.Value)] = true
		}
	}
	return names
}

// apply applies the sighting. It is quick when what comes of it is what Resolve
// would say of all history, whatever order it came in:
//
// either the sighting is later than all that the profiles it touches know of,
// present and past holders of its names included; or it touches at most one known
// customer, and is theirs. Of such a history everything is one profile in any order:
// no name was ever fought over, so no order of logins can matter.
//
// It is never quick when one of its names came to name nobody later than this.
func (t *turn) apply(l *profile.Linkage) (profile.Outcome, bool) {
	s := t.sighting
	before := slices.ContainsFunc(s.Weak, func(name string) bool {
		return !l.Links[name].Public.IsZero() && !public(*l.Links[name], s.At)
	})
	latest, known := true, map[string]bool{}
	for id, p := range l.Parties {
		if p.Into != "" {
			continue
		}
		seen, _ := t.desk.profile(id)
		latest = latest && seen.Last.Before(s.At)
		if l.Known(id) {
			known[id] = true
		}
	}
	theirs := len(known) == 0 || len(s.Strong) == 0 ||
		slices.ContainsFunc(s.Strong, func(name string) bool { return known[l.Owner(name)] })
	o := l.Apply(s)
	firm := !slices.ContainsFunc(o.Refused, func(name string) bool {
		return !public(*l.Links[name], s.At)
	})
	return o, !before && (latest || len(known) <= 1 && theirs && firm)
}
