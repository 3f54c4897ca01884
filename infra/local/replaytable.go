package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"redthread.dev/shared/flow/replay"
)

// verdict is what replay reports as JSON.
type verdict struct {
	Flow        string        `json:"flow"`
	From        string        `json:"from"`
	Events      int           `json:"events"`    // that were folded
	Customers   int           `json:"customers"` // that were played
	Since       time.Time     `json:"since,omitzero"`
	Until       time.Time     `json:"until"`
	AsSet       column        `json:"as_set"`
	Tried       []column      `json:"tried"` // with -set, then with each -try
	Notes       []string      `json:"notes"`
	Decisions   int           `json:"decisions"` // in all columns
	Seconds     float64       `json:"seconds"`
	PerSecond   float64       `json:"decisions_per_second"` // with all there is to do
	Reading     float64       `json:"reading_seconds"`      // from the store, before anything is decided on
	Deciding    float64       `json:"decisions_per_second_without_reading"`
	PerCustomer []customerRow `json:"per_customer,omitempty"`
}

// column is what the flow decided with one choice of settings.
type column struct {
	Settings    string        `json:"settings,omitempty"` // other than those of this machine
	Decisions   int           `json:"decisions"`
	Reasons     []reasonCount `json:"reasons"`
	Actions     []actionCount `json:"actions"`
	Conversions int           `json:"conversions"`
	Touched     int           `json:"customers_touched"`
	Converted   int           `json:"customers_converted"`
	HeldOut     int           `json:"customers_held_out"`
	Waiting     int           `json:"timers_waiting"`
}

type reasonCount struct {
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
	Count   int    `json:"count"`
}

type actionCount struct {
	Channel string `json:"channel"`
	Step    string `json:"step"`
	Count   int    `json:"count"`
}

func columnOf(settings string, t replay.Tally) column {
	c := column{Settings: settings, Decisions: t.Decisions, Reasons: []reasonCount{}, Actions: []actionCount{}, Conversions: t.Conversions,
		Touched: t.Touched, Converted: t.Converted, HeldOut: t.HeldOut, Waiting: t.Waiting}
	for _, r := range replay.ReasonsOf(t) {
		c.Reasons = append(c.Reasons, reasonCount{r.Verdict, r.Reason, t.Reasons[r]})
	}
	for _, d := range replay.DeedsOf(t) {
		c.Actions = append(c.Actions, actionCount{d.Channel, d.Step, t.Deeds[d]})
	}
	return c
}

// tell reports what the replay came to.
func (x *trial) tell(r replay.Report, out *outlet, took time.Duration) error {
	o := verdict{Flow: x.flow.Name, From: x.from, Events: r.Events, Customers: r.Customers, Since: x.play.Since, Until: r.Until,
		AsSet: columnOf(x.was.String(), r.Tallies[0]), Tried: []column{}, Notes: x.notes(r), Seconds: took.Seconds(), PerCustomer: out.kept}
	for _, t := range r.Tallies {
		o.Decisions += t.Decisions
	}
	o.PerSecond, o.Reading = float64(o.Decisions)/took.Seconds(), r.Reading.Seconds()
	o.Deciding = float64(o.Decisions) / (took - r.Reading).Seconds()
	for i, one := range x.choices {
		o.Tried = append(o.Tried, columnOf(one.String(), r.Tallies[i+1]))
	}
	if x.csv == "-" {
		return x.table(x.terminal.err, o, r.Tallies)
	}
	return x.terminal.report(o, func(w io.Writer) error { return x.table(w, o, r.Tallies) })
}

// notes are what a reader of the numbers should know.
func (x *trial) notes(r replay.Report) []string {
	products, stores, stock := x.play.Facts.Size()
	notes := []string{fmt.Sprintf("The catalogue is as of now: %s products, %s stores, %s stocks.", thousands(products), thousands(stores), thousands(stock))}
	if x.others {
		notes = append(notes, "Other flows' contacts count as they are recorded: up to 60 a customer, of the last three months.")
	} else {
		notes = append(notes, "Only this flow's contacts count for the attention budget and open complaints; -others adds those recorded of other flows.")
	}
	notes = append(notes, "Customers did what they did: what they would have done had we written otherwise, nobody knows.")
	if r.Goes > 1 {
		notes = append(notes, fmt.Sprintf("The journal was read %d times, as it is larger than -room.", r.Goes))
	}
	return notes
}

// sheet is a table of names and numbers; of two columns it has the difference, too.
type sheet struct {
	out   io.Writer
	width int
	err   error
}

func (s *sheet) printf(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.out, format, args...)
	}
}

func (s *sheet) row(name string, n ...int) {
	s.printf("%-*s", s.width, name)
	for _, one := range n {
		s.printf("%14s", thousands(one))
	}
	if len(n) == 2 {
		difference := thousands(n[1] - n[0])
		if n[1] > n[0] {
			difference = "+" + difference
		}
		s.printf("%14s", difference)
	}
	s.printf("\n")
}

func (x *trial) table(w io.Writer, o verdict, tallies []replay.Tally) error {
	s := &sheet{out: w, width: 24}
	reasons, deeds := replay.ReasonsOf(tallies...), replay.DeedsOf(tallies...)
	for _, r := range reasons {
		s.width = max(s.width, len([]rune(r.Verdict+": "+r.Reason))+4)
	}
	s.printf("%s over %s events of %s customers, until %s\n", o.Flow, thousands(o.Events), thousands(o.Customers), o.Until.Format(time.RFC3339))
	if !o.Since.IsZero() {
		s.printf("decisions are counted from %s on\n", o.Since.Format(time.RFC3339))
	}
	s.head(o)
	each := func(name string, of func(replay.Tally) int) {
		var n []int
		for _, t := range tallies {
			n = append(n, of(t))
		}
		s.row(name, n...)
	}
	each("decisions", func(t replay.Tally) int { return t.Decisions })
	for _, r := range reasons {
		each("  "+strings.TrimSuffix(r.Verdict+": "+r.Reason, ": "), func(t replay.Tally) int { return t.Reasons[r] })
	}
	s.printf("actions\n")
	for _, d := range deeds {
		each("  "+d.Channel+" "+d.Step, func(t replay.Tally) int { return t.Deeds[d] })
	}
	each("conversions", func(t replay.Tally) int { return t.Conversions })
	s.printf("customers\n")
	each("  touched", func(t replay.Tally) int { return t.Touched })
	each("  converted after that", func(t replay.Tally) int { return t.Converted })
	each("  held out", func(t replay.Tally) int { return t.HeldOut })
	each("timers still waiting", func(t replay.Tally) int { return t.Waiting })
	s.printf("\n")
	for _, note := range o.Notes {
		s.printf("%s\n", note)
	}
	s.printf("%s decisions in %.2f s: %s a second. %.2f s of that went into reading the store; without: %s a second.\n",
		thousands(o.Decisions), o.Seconds, thousands(int(o.PerSecond)), o.Reading, thousands(int(o.Deciding)))
	return s.err
}

func (s *sheet) head(o verdict) {
	as := "as it is set"
	if o.AsSet.Settings != "" {
		as = "as it was set"
		s.printf("it was set with %s\n", o.AsSet.Settings)
	}
	heads := []string{as}
	for i, tried := range o.Tried {
		name := triedName(i, len(o.Tried))
		heads = append(heads, name)
		s.printf("%s with %s\n", name, tried.Settings)
	}
	if len(heads) == 2 {
		heads = append(heads, "difference")
	}
	s.printf("\n%-*s", s.width, "")
	for _, head := range heads {
		s.printf("%14s", head)
	}
	s.printf("\n")
}
