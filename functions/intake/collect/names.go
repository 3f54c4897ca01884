package collect

import (
	"cmp"
	"maps"
	"slices"

	"redthread.dev/shared/profile"
)

// answer is who is who in a closure.
type answer struct {
	of      map[string][]*record // by profile id, in the order of time
	into    map[string]string    // profiles that are part of another one
	called  map[string]string    // profile id by the id that Resolve gave it
	linkage *profile.Linkage
}

// resolve works out who is who and gives those it finds the ids they had before, as
// far as can be: a profile goes where the event that made it goes, and when two go
// to the same place the older id stays.
func (c *closure) resolve() answer {
	sightings := make([]profile.Sighting, 0, len(c.records))
	for _, r := range c.records {
		sightings = append(sightings, r.sighting)
	}
	p := profile.Resolve(sightings, c.rules.Limits)
	a := answer{of: map[string][]*record{}, into: map[string]string{}, called: map[string]string{"": ""}, linkage: p.Linkage}
	home := map[string]string{} // record to Resolve's id
	for i, s := range sightings {
		home[s.By] = p.Of[i]
		c.records[s.By].entry.Refused = types(slices.Concat(p.Refused[i], s.Waived))
	}
	for _, id := range c.claimants() {
		class := home[c.anchor(id).sighting.By]
		if winner, taken := a.called[class]; taken {
			if class != "" {
				a.into[id] = winner
			}
			continue
		}
		a.called[class] = id
	}
	for i, s := range sightings {
		if _, named := a.called[p.Of[i]]; !named {
			a.called[p.Of[i]] = s.Self // the first of its profile
		}
		id := a.called[p.Of[i]]
		a.of[id] = append(a.of[id], c.records[s.By])
	}
	return a
}

// claimants lists the profile ids that have history, those that are in use and the
// older ones first.
func (c *closure) claimants() []string {
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(c.ids)), func(id string) bool {
		_, exists := c.desk.profile(id)
		return !exists || c.erased(id) || c.anchor(id) == nil
	})
	slices.SortFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.retired(a), c.retired(b)),
			c.anchor(a).sighting.Compare(c.anchor(b).sighting), cmp.Compare(a, b))
	})
	return ids
}

func (c *closure) retired(id string) int {
	if p, _ := c.desk.profile(id); p.MergedInto != "" {
		return 1
	}
	return 0
}

// anchor is the record that holds a profile's id: the one that made it, else the
// oldest one that was journalled under it.
func (c *closure) anchor(id string) *record {
	if c.anchors == nil {
		c.anchors = map[string]*record{}
		for _, r := range c.records {
			if id := r.was.Profile; id != "" && (c.anchors[id] == nil || r.sighting.Compare(c.anchors[id].sighting) < 0) {
				c.anchors[id] = r
			}
		}
		for _, r := range c.records {
			c.anchors[r.sighting.Self] = r
		}
	}
	return c.anchors[id]
}
