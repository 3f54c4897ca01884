package profile

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"

	"redthread.dev/events"
)

func (p *Profile) consent(s Stamp, d *events.ConsentChanged) {
	c := Consent{Channel: d.Channel, Purpose: d.Purpose, Granted: d.Granted, Version: clip(d.Version), Stamp: s}
	c.Evidence = events.Evidence{IPHash: clip(d.Evidence.IPHash), Form: clip(d.Evidence.Form), Clerk: clip(d.Evidence.Clerk)}
	if d.Text != "" {
		sum := sha256.Sum256([]byte(d.Text))
		c.TextHash = base64.RawURLEncoding.EncodeToString(sum[:16])
	}
	for idType, value := range d.Customer {
		c.Identifiers = append(c.Identifiers, stated(idType, value))
	}
	slices.Sort(c.Identifiers)
	p.Consents = prune(append(p.Consents[:len(p.Consents):len(p.Consents)], c))
}

// stated is a name as statements keep it: a long value by its hash, as a profile keeps
// twenty statements of twenty names each.
func stated(idType, value string) string {
	if len(value) > clipText {
		value = HashAddress(value)
	}
	return NameOf(idType, value)
}

// prune keeps the statements that are the last word of at least one identifier on
// their channel and purpose, newest first. Of more than twenty it drops first those
// that a later one took the place of, then grants, then refusals, the oldest first:
// a history that long may lose a permission, but it never gains one.
func prune(all []Consent) []Consent {
	type subject struct {
		channel    events.ConsentChannel
		purpose    events.Purpose
		identifier string
	}
	slices.SortFunc(all, Consent.compare)
	all = slices.CompactFunc(all, func(a, b Consent) bool { return a.Compare(b.Stamp) == 0 })
	spoken := map[subject]bool{}
	kept := all[:0]
	for _, c := range all {
		last := false
		for _, id := range c.Identifiers {
			about := subject{c.Channel, c.Purpose, id}
			last = last || !spoken[about]
			spoken[about] = true
		}
		if last {
			kept = append(kept, c)
		}
	}
	for len(kept) > keepConsents {
		i := dispensable(kept)
		kept = slices.Delete(kept, i, i+1)
	}
	return slices.Clip(kept)
}

// dispensable is the index of the statement that goes first.
func dispensable(kept []Consent) int {
	grant := -1
	for i := len(kept) - 1; i >= 0; i-- {
		for _, later := range kept[:i] {
			if later.Channel == kept[i].Channel && later.Purpose == kept[i].Purpose && kept[i].replacedBy(later) {
				return i
			}
		}
		if kept[i].Granted && grant < 0 {
			grant = i
		}
	}
	if grant >= 0 {
		return grant
	}
	return len(kept) - 1
}

// compare orders newest first.
func (c Consent) compare(o Consent) int { return o.Stamp.Compare(c.Stamp) }

func (p *Profile) suppress(s Suppression) {
	p.Suppressions = latest(p.Suppressions, s, keepSuppressions, Suppression.key)
}

func (s Suppression) key() string { return cmp.Or(s.Channel, "?") + " " + s.Reason }
