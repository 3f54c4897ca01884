package thread

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/goccy/go-json"
)

// Merge returns the thread of one customer who was known as two: all contacts
// count, the later state of a key wins with what both sides know of it, every timer
// stays. It does not depend on the order of a and b, but for the profile, which is a's.
func Merge(a, b Thread) Thread {
	out := Thread{Profile: a.Profile, MergedInto: a.MergedInto}
	if all := distinct(append(slices.Clone(a.Contacts), b.Contacts...)); len(all) > 0 {
		out.Contacts = tidy(all)
	}
	for _, t := range [][]Timer{a.Timers, b.Timers} {
		for _, x := range t {
			if old, ok := out.Timer(x.Flow, x.Key, x.Name); !ok || old.Set.Before(x.Set) {
				out.SetTimer(x)
			}
		}
	}
	for _, side := range []Thread{a, b} {
		for name, f := range side.Flows {
			out.merge(name, f)
		}
	}
	return out
}

// Joined is the timer by which a flow that learns (State.Known) is woken when a merge
// has joined what neither side knew all of: no event may come any more that would.
const Joined = "joined"

func (t *Thread) merge(name string, f Flow) {
	mine := t.Flows[name]
	mine.Keys = writable(mine.Keys, t.mine)
	for key, s := range f.Keys {
		old, ok := mine.Keys[key]
		known := union(s.Known, old.Known)
		if len(known) > max(len(s.Known), len(old.Known)) {
			at := later(s.Updated, old.Updated)
			t.SetTimer(Timer{Flow: name, Name: Joined, Key: key, Due: at, Set: at, About: later(s.About, old.About)})
		}
		if ok && !newer(s, old) {
			s = old
		}
		s.Known = known
		mine.Keys[key] = s
	}
	t.forget(name, mine.Keys)
	mine.Trail = append(slices.Clone(mine.Trail), f.Trail...)
	slices.SortStableFunc(mine.Trail, func(a, b Entry) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Cause, b.Cause))
	})
	mine.Trail = tail(slices.CompactFunc(mine.Trail, func(a, b Entry) bool { return a.Cause == b.Cause }), maxTrail)
	t.setFlow(name, mine)
}

// union is what either side knows; of two words under one name the same is kept,
// whichever side it is on.
func union(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	if len(b) == 0 {
		return a
	}
	all := maps.Clone(b)
	for name, word := range a {
		if old, ok := all[name]; !ok || string(word) > string(old) {
			all[name] = word
		}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func newer(a, b State) bool {
	return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(string(a.Data), string(b.Data))) > 0
}

// distinct keeps one contact of each action: the released one, as that came later.
func distinct(cs []Contact) []Contact {
	slices.SortStableFunc(cs, func(a, b Contact) int {
		if by := cmp.Compare(a.Action, b.Action); by != 0 || a.Released == b.Released {
			return by
		}
		if a.Released {
			return -1
		}
		return 1
	})
	return slices.CompactFunc(cs, func(a, b Contact) bool { return a.Action == b.Action })
}
