// Package tally counts what happened: a play's or a demonstration's table, with
// sums that must come out.
package tally

import (
	"cmp"
	"slices"
	"sync"

	"redthread.dev/events"
	"redthread.dev/infra/local/broker"
	"redthread.dev/shared/function"
)

// collector is the function whose work it is to take every event from outside.
const collector = "collect"

// Tally counts. It is told by the broker (it is a broker.Watcher), by the functions
// (Decided) and by the store (Watch).
type Tally struct {
	mu        sync.Mutex
	report    Report
	collected int64 // events that collect took
	decisions map[Decision]int64
	actions   map[Action]int64
	goals     map[string]int64
	dead      map[DeadLetter]int64
	latency   histogram
	works     *works // nil: not followed
}

// New returns a tally of nothing.
func New() *Tally {
	return &Tally{decisions: map[Decision]int64{}, actions: map[Action]int64{}, goals: map[string]int64{}, dead: map[DeadLetter]int64{}}
}

// Arrived counts an event from outside.
func (t *Tally) Arrived(e events.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Events++
	if events.ProfileID(e) != "" {
		t.report.Resolved++
	}
}

// Delivered counts a delivery.
func (t *Tally) Delivered(d broker.Delivery) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report.Deliveries++
	if d.Function == collector && !d.Outside && (d.Err == nil || d.Dead) {
		t.report.Followed++
	}
	switch {
	case d.Dead:
		t.dead[DeadLetter{Function: d.Function, Type: events.Short(d.Event.Type())}]++
	case d.Err != nil:
		t.report.Repeated++
	case d.Function == collector:
		t.collected++
	case d.Group == "flows":
		t.latency.add(d.Age)
	case d.Group == "channels":
		t.acted(d)
	}
}

// acted counts what a channel answers.
func (t *Tally) acted(d broker.Delivery) {
	if d.Reply == nil {
		return
	}
	a := Action{Channel: d.Function}
	switch d.Reply.Type() {
	case events.ActionCompleted{}.Type():
		a.Status = "sent"
	case events.ActionFailed{}.Type():
		a.Status = "failed"
	default:
		return
	}
	t.actions[a]++
}

// Decided counts a flow's decision, unless it was made before.
func (t *Tally) Decided(d function.Decided) {
	if d.Again {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.decisions[Decision{Flow: d.Flow, Verdict: d.Verdict, Reason: d.Reason}]++
	if d.Action != "" && d.Verdict == verdictAct {
		t.actions[Action{Channel: d.Channel, Status: "requested"}]++
	}
	if d.Goal && d.Touched {
		t.goals[d.Flow]++
	}
	if t.works != nil {
		t.works.decided(d)
	}
}

// verdictAct is the verdict of a decision that asks for an action.
const verdictAct = "act"

// Report returns what was counted so far.
func (t *Tally) Report() Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.report
	r.Decisions = sorted(t.decisions, func(d *Decision, n int64) { d.Count = n }, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Reason, b.Reason))
	})
	r.Actions = sorted(t.actions, func(a *Action, n int64) { a.Count = n }, func(a, b Action) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(statusOrder[a.Status], statusOrder[b.Status]))
	})
	r.DeadLetters = sorted(t.dead, func(d *DeadLetter, n int64) { d.Count = n }, func(a, b DeadLetter) int {
		return cmp.Or(cmp.Compare(a.Function, b.Function), cmp.Compare(a.Type, b.Type))
	})
	for flow, n := range t.goals {
		r.Conversions = append(r.Conversions, Conversion{flow, n})
	}
	slices.SortFunc(r.Conversions, func(a, b Conversion) int { return cmp.Compare(a.Flow, b.Flow) })
	for _, d := range r.DeadLetters {
		if d.Function == collector {
			r.Refused += d.Count
		}
	}
	if t.works != nil {
		r.Work = t.works.report()
	}
	r.Duplicates = t.collected - r.Journalled
	r.Latency = t.latency.summary()
	return r
}

var statusOrder = map[string]int{"requested": 0, "sent": 1, "failed": 2}

// sorted lists a map's keys with their counts.
func sorted[K comparable](counts map[K]int64, set func(*K, int64), order func(a, b K) int) []K {
	var all []K
	for k, n := range counts {
		set(&k, n)
		all = append(all, k)
	}
	slices.SortFunc(all, order)
	return all
}
