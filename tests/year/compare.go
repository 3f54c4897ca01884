package main

import (
	"fmt"
	"slices"

	"redthread.dev/events"
	"redthread.dev/tests/year/audit"
	"redthread.dev/tests/year/town"
)

// compare finds what changed when a flow was switched off, other than its own actions.
// What takes the place that the flow's messages had, or is no longer kept back by its
// tickets, is what was to be expected; anything else is strange.
func (y year) compare(p *town.Person, with, without *life, r *result) {
	others := func(l *life) map[string]audit.Sent {
		all := map[string]audit.Sent{}
		for _, s := range l.sent {
			if s.Flow != y.without {
				all[s.ID] = s
			}
		}
		return all
	}
	a, b := others(with), others(without)
	for _, worlds := range [][2]map[string]audit.Sent{{a, b}, {b, a}} {
		for id, s := range worlds[0] {
			if t, ok := worlds[1][id]; ok && t.At.Equal(s.At) {
				continue
			}
			r.moved++
			competes := s.Purpose == events.PurposeMarketing && (with.limited || without.limited)
			if !with.touched[y.without] || !competes && !with.complained(y.without) {
				r.strange = append(r.strange, fmt.Sprintf("%s %s %s of %s", p.ID, s.At.Format("2006-01-02 15:04"), s.Kind, s.Flow))
			}
		}
	}
}

// complained tells whether a flow has opened a ticket that keeps others from writing.
func (l *life) complained(flow string) bool {
	return slices.ContainsFunc(l.sent, func(s audit.Sent) bool { return s.Flow == flow && s.Complaint })
}
