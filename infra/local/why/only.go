package why

import (
	"fmt"
	"strings"
)

// Only returns the part of the answer that is about one flow, one event, or both; empty:
// all. An event is named by its id, or by that of its journal entry. The error says
// what there is.
func (a Answer) Only(flow, event string) (Answer, error) {
	var moments []Moment
	var ids []string
	for _, m := range a.Moments {
		if m.Event != "" {
			ids = append(ids, m.Event)
		}
		if event != "" && m.Event != event && m.cause != event {
			continue
		}
		if flow != "" {
			m.Decisions = keep(m.Decisions, func(d Decision) bool { return d.Flow == flow })
		}
		if flow == "" || event != "" || len(m.Decisions) > 0 {
			moments = append(moments, m)
		}
	}
	if event != "" && len(moments) == 0 {
		return a, fmt.Errorf("this customer has no event %q; their %s: %s", event, count(len(ids), "event"), latest(ids))
	}
	a.Moments = moments
	if flow != "" || event != "" {
		a.Exports = nil
	}
	a.Loose = keep(a.Loose, func(d Deed) bool { return event == "" && (flow == "" || d.Flow == flow) })
	a.Waiting = append([]Timer{}, keep(a.Waiting, func(t Timer) bool { return flow == "" || t.Flow == flow })...)
	a.Redone = 0
	for _, m := range moments {
		a.Redone += len(keep(m.Decisions, func(d Decision) bool { return d.Redone }))
	}
	return a, nil
}

// latest lists ids, of many the last ones.
func latest(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return "…, " + strings.Join(ids[len(ids)-most:], ", ")
}

func keep[T any](all []T, wanted func(T) bool) []T {
	var some []T
	for _, x := range all {
		if wanted(x) {
			some = append(some, x)
		}
	}
	return some
}
