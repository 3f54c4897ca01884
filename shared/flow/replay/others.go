package replay

import (
	"slices"
	"time"

	"redthread.dev/shared/flow"
	"redthread.dev/shared/thread"
)

// mark is something that a recorded thread tells of, and when it happened.
type mark struct {
	at  time.Time
	set func(*thread.Thread)
}

// marks are what a recorded thread tells of other flows than those: contacts, and when
// their goals came.
func marks(t *thread.Thread, flows []*flow.Flow) []mark {
	if t == nil {
		return nil
	}
	played := map[string]bool{}
	for _, f := range flows {
		played[f.Name()] = true
	}
	var all []mark
	for _, c := range t.Contacts {
		if !played[c.Flow] {
			all = append(all, mark{c.At, func(t *thread.Thread) { t.Touch(c) }})
		}
	}
	for name, f := range t.Flows {
		for key, s := range f.Keys {
			if !played[name] && !s.Goal.IsZero() {
				all = append(all, mark{s.Goal, func(t *thread.Thread) { t.SetState(name, key, thread.State{Updated: s.Goal, Goal: s.Goal}) }})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b mark) int { return a.at.Compare(b.at) })
	return all
}
