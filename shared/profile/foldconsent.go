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
		c.Identifiers = append(c.Identifiers, idType+":"+value)
	}
	slices.Sort(c.Identifiers)
	p.Consents = prune(append(p.Consents[:len(p.Consents):len(p.Consents)], c))
}

// prune keeps the statements that are the last word of at least one identifier on
// their channel and purpose, newest first. Of more than forty it drops the oldest
// grants before any refusal.
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
		kept = slices.Delete(kept, dispensable(kept), dispensable(kept)+1)
	}
	return slices.Clip(kept)
}

// dispensable is the index of the oldest grant, or else of the oldest refusal.
func dispensable(kept []Consent) int {
	for i := len(kept) - 1; i >= 0; i-- {
		if kept[i].Granted {
			return i
		}
	}
	return len(kept) - 1
}

// compare orders newest first.
func (c Consent) compare(o Consent) int { return o.Stamp.Compare(c.Stamp) }

func (p *Profile) suppress(s Suppression) {
	p.Suppressions = latest(p.Suppressions, s, keepSuppressions, Suppression.key)
}

func (s Suppression) key() string { return cmp.Or(s.Channel, "?") + " " + s.Reason }
