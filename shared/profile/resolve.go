package profile

import "slices"

// Partition is whose sightings are, and the state in which that leaves linking.
type Partition struct {
	Of      []string // for each sighting its profile; empty: nobody's
	Refused [][]string
	Linkage *Linkage
}

// Resolve says who is who in a history: the definition of identity. It applies the
// sightings, which it sorts in place, one after the other in the order of time.
//
// A profile's id is the Self of the sighting that made it. Histories that share no
// name and no pin do not touch each other.
func Resolve(history []Sighting, limits Limits) Partition {
	slices.SortFunc(history, Sighting.Compare)
	p := Partition{Of: make([]string, len(history)), Refused: make([][]string, len(history)), Linkage: NewLinkage(limits)}
	for i, s := range history {
		o := p.Linkage.Apply(s)
		p.Of[i], p.Refused[i] = o.Profile, o.Refused
		if o.Profile != "" && p.Linkage.Parties[s.Self] == nil {
			// A pin may name a profile that this sighting made before an earlier one came in.
			p.Linkage.Parties[s.Self] = &Party{Into: o.Profile}
		}
	}
	for i, id := range p.Of {
		if id == "" && history[i].Pin != "" && p.Linkage.Parties[history[i].Pin] != nil {
			id = history[i].Pin
		}
		p.Of[i] = p.Linkage.Find(id)
	}
	return p
}
