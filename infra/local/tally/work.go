package tally

import (
	"cmp"
	"fmt"
	"io"

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
type works map[work]map[string]*fate // by whose it is

type work struct{ flow, key string }

// fate is how far a key has come; the earlier of these counts the most.
type fate struct {
	acted   bool
	goal    bool
	refused string
	nothing string
}

// Follow makes the tally tell what became of what flows begin. Call it before
// anything happens.
func (t *Tally) Follow() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.works, t.begun = works{}, map[[2]string]map[string]bool{}
}

func (t *Tally) follow(d function.Decided) {
	k, whose := work{d.Flow, d.Key}, [2]string{d.Flow, d.Profile}
	f := t.works.find(k, d.Profile)
	if f == nil && d.Verdict == "wait" {
		f = &fate{}
		if t.works[k] == nil {
			t.works[k] = map[string]*fate{}
		}
		t.works[k][d.Profile] = f
	}
	if f != nil {
		if t.begun[whose] == nil {
			t.begun[whose] = map[string]bool{}
		}
		t.begun[whose][d.Key] = true
		f.take(d)
	}
	if d.Goal {
		for key := range t.begun[whose] {
			f := t.works[work{d.Flow, key}][d.Profile]
			if f != nil && (d.Key == "" || d.Key == key) {
				f.goal = true
			}
		}
	}
}

// find returns how far a key of a customer has come. When nobody but a profile that
// was merged into this one has the key, it goes over to this one.
func (w works) find(k work, profile string) *fate {
	all := w[k]
	if f := all[profile]; f != nil || len(all) != 1 || k.key == "" {
		return f
	}
	for other, f := range all {
		delete(all, other)
		all[profile] = f
		return f
	}
	return nil
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

func (f *fate) outcome() string {
	switch {
	case f.acted && f.goal:
		return "acted, then the goal came"
	case f.acted:
		return "acted"
	case f.goal:
		return "the goal came first"
	case f.refused != "":
		return "refused: " + f.refused
	case f.nothing != "":
		return "kept still: " + f.nothing
	}
	return "still waiting"
}

func (w works) report() []Work {
	counts := map[Work]int64{}
	for k, all := range w {
		for _, f := range all {
			counts[Work{Flow: k.flow, Outcome: f.outcome()}]++
		}
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
