package tally

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/function"
)

// Work is what became of what a flow had begun: each business key, such as a basket,
// that it once waited for, counted once.
type Work struct {
	Flow    string `json:"flow"`
	Outcome string `json:"outcome"`
	Count   int64  `json:"count"`
}

// works follows every key of every flow. It grows with them, so that it is only for
// plays that end.
type works struct {
	into   func(profile string) string // whose a profile is now, if it was merged
	n      int                         // decisions so far
	fates  map[work]*fate
	strays map[work]*fate // decided about without having begun: begun as another profile
	goals  map[[2]string][]goal
}

type work struct{ flow, profile, key string }

type goal struct {
	key string
	n   int
}

// fate is how far a key has come; the earlier of these counts the most.
type fate struct {
	begun   int
	acted   bool
	refused string
	nothing string
}

// Follow makes the tally tell what became of what flows begin. Call it before
// anything happens. Into says which profile a profile was merged into; the same one
// for one that was not.
func (t *Tally) Follow(into func(profile string) string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.works = &works{into: into, fates: map[work]*fate{}, strays: map[work]*fate{}, goals: map[[2]string][]goal{}}
}

func (w *works) decided(d function.Decided) {
	w.n++
	if d.Goal {
		whose := [2]string{d.Flow, d.Profile}
		w.goals[whose] = append(w.goals[whose], goal{d.Key, w.n})
	}
	k := work{d.Flow, d.Profile, d.Key}
	f := w.fates[k]
	switch {
	case f != nil:
	case d.Verdict == "wait":
		f = &fate{begun: w.n}
		w.fates[k] = f
	case !strings.HasPrefix(d.Type, events.Prefix): // a timer, which somebody has set
		if f = w.strays[k]; f == nil {
			f = &fate{}
			w.strays[k] = f
		}
	default:
		return
	}
	f.take(d)
}

// outcome tells what became of what was begun, under the profile that it is now, too.
func (w *works) outcome(k work, f *fate) string {
	now := w.into(k.profile)
	if stray := w.strays[work{k.flow, now, k.key}]; stray != nil && now != k.profile {
		f = &fate{f.begun, f.acted || stray.acted, cmp.Or(f.refused, stray.refused), cmp.Or(stray.nothing, f.nothing)}
	}
	return f.outcome(w.reached(k, k.profile, f.begun) || w.reached(k, now, f.begun))
}

// reached tells whether the goal came after the key was begun.
func (w *works) reached(k work, profile string, begun int) bool {
	return slices.ContainsFunc(w.goals[[2]string{k.flow, profile}], func(g goal) bool {
		return g.n > begun && (g.key == "" || g.key == k.key)
	})
}

func (f *fate) take(d function.Decided) {
	switch d.Verdict {
	case verdictAct:
		f.acted = true
	case "refused":
		f.refused = cmp.Or(f.refused, d.Reason)
	case "nothing":
		f.nothing = d.Reason
	case "wait": // it begins anew
		f.nothing = ""
	}
}

func (f *fate) outcome(goal bool) string {
	switch {
	case f.acted && goal:
		return "acted, then the goal came"
	case f.acted:
		return "acted"
	case goal:
		return "the goal came first"
	case f.refused != "":
		return "refused: " + f.refused
	case f.nothing != "":
		return "kept still: " + f.nothing
	}
	return "still waiting"
}

func (w *works) report() []Work {
	counts := map[Work]int64{}
	for k, f := range w.fates {
		counts[Work{Flow: k.flow, Outcome: w.outcome(k, f)}]++
	}
	return sorted(counts, func(w *Work, n int64) { w.Count = n }, func(a, b Work) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Outcome, b.Outcome))
	})
}

// writeWork writes what became of what was begun, with the sum that it comes to.
func (r Report) writeWork(w io.Writer) {
	for i, x := range r.Work {
		if i == 0 || r.Work[i-1].Flow != x.Flow {
			fmt.Fprintf(w, "  %s\t%d\tbegun\n", x.Flow, sum(r.Work, x.Flow))
		}
		fmt.Fprintf(w, "    \t%d\t%s\n", x.Count, x.Outcome)
	}
}

func sum(all []Work, flow string) (n int64) {
	for _, x := range all {
		if x.Flow == flow {
			n += x.Count
		}
	}
	return n
}
