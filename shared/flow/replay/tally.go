package replay

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"redthread.dev/shared/flow"
)

// Reason is what a decision came to, and why.
type Reason struct{ Verdict, Reason string }

// Deed is what was done: in which channel, and which of the flow's steps.
type Deed struct{ Channel, Step string }

// Tally counts what one suite decided.
type Tally struct {
	Decisions int
	Reasons   map[Reason]int
	Deeds     map[Deed]int
	// Conversions are goals that came after the flow had acted on the customer.
	Conversions int
	// Customers by what became of them.
	Touched, HeldOut, Converted int
	// Waiting are timers that were still to come at the end.
	Waiting int
}

// Row is what one suite decided about one customer.
type Row struct {
	Decisions   int  `json:"decisions"`
	Actions     int  `json:"actions"`
	Refused     int  `json:"refused"` // by the policy
	Conversions int  `json:"conversions"`
	HeldOut     bool `json:"held_out"`
	Waiting     int  `json:"waiting"` // timers at the end
}

func newTally() Tally { return Tally{Reasons: map[Reason]int{}, Deeds: map[Deed]int{}} }

// add counts a decision, also in the customer's row.
func (t *Tally) add(d *Decision, row *Row) {
	t.Decisions++
	row.Decisions++
	t.Reasons[reasonOf(d)]++
	if d.Action != nil {
		t.Deeds[Deed{d.Action.Channel, stepName(d.Action.Step)}]++
		row.Actions++
	}
	if d.Verdict == string(flow.VerdictRefused) {
		row.Refused++
		row.HeldOut = row.HeldOut || d.Reason == string(flow.HeldOut)
	}
	if d.Goal && d.Touched {
		t.Conversions++
		row.Conversions++
	}
}

// close counts the customer whose row it is.
func (t *Tally) close(row Row) {
	t.Waiting += row.Waiting
	if row.Actions > 0 {
		t.Touched++
	}
	if row.HeldOut {
		t.HeldOut++
	}
	if row.Conversions > 0 {
		t.Converted++
	}
}

func reasonOf(d *Decision) Reason {
	if d.Verdict == failed {
		return Reason{failed, "goes to the dead letters"}
	}
	return Reason{d.Verdict, d.Reason}
}

// stepName leaves out what a step is done for (see flow.Decision.For).
func stepName(step string) string {
	name, _, _ := strings.Cut(step, " ")
	return name
}

// merge adds what another worker counted.
func (t *Tally) merge(o Tally) {
	t.Decisions += o.Decisions
	t.Conversions += o.Conversions
	t.Touched += o.Touched
	t.HeldOut += o.HeldOut
	t.Converted += o.Converted
	t.Waiting += o.Waiting
	for r, n := range o.Reasons {
		t.Reasons[r] += n
	}
	for d, n := range o.Deeds {
		t.Deeds[d] += n
	}
}

// ReasonsOf lists the reasons in any of the tallies, by verdict and reason.
func ReasonsOf(tallies ...Tally) []Reason {
	all := map[Reason]bool{}
	for _, t := range tallies {
		for r := range t.Reasons {
			all[r] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b Reason) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Reason, b.Reason))
	})
}

// rank puts what was done first, and what went wrong last.
func rank(verdict string) int {
	return slices.Index([]string{string(flow.VerdictAct), string(flow.VerdictSegment), string(flow.VerdictTell), string(flow.VerdictWait),
		string(flow.VerdictPutOff), string(flow.VerdictRefused), string(flow.VerdictNothing), failed}, verdict)
}

// DeedsOf lists the deeds in any of the tallies, by channel and step.
func DeedsOf(tallies ...Tally) []Deed {
	all := map[Deed]bool{}
	for _, t := range tallies {
		for d := range t.Deeds {
			all[d] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b Deed) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Step, b.Step))
	})
}
