package tally

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Report is what was counted.
type Report struct {
	Events      int64        `json:"events"`     // from outside
	Followed    int64        `json:"followed"`   // from functions, for collect: a segment that changed, a bounce
	Journalled  int64        `json:"journalled"` // of both: new, and kept
	Duplicates  int64        `json:"duplicates"` // of both: known before
	Refused     int64        `json:"refused"`    // of both: dead letters of collect
	Resolved    int64        `json:"resolved"`   // from outside with a profileid: collect does not see them
	Deliveries  int64        `json:"deliveries"` // of all events to all functions
	Repeated    int64        `json:"repeated"`   // deliveries that failed and were made again
	Decisions   []Decision   `json:"decisions"`
	Actions     []Action     `json:"actions"`
	Conversions []Conversion `json:"conversions"`
	Work        []Work       `json:"work,omitempty"` // what became of what was begun
	DeadLetters []DeadLetter `json:"dead_letters"`
	Latency     Latency      `json:"latency"`
}

// Decision is how often a flow decided something for a reason.
type Decision struct {
	Flow    string `json:"flow"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
	Count   int64  `json:"count"`
}

// Action is how often a channel was asked (requested), did it (sent), or could not
// (failed). What was requested and is neither was not sent for a reason that the
// action tells: its goal had come, or it waits.
type Action struct {
	Channel string `json:"channel"`
	Status  string `json:"status"`
	Count   int64  `json:"count"`
}

// Conversion is how often a flow's goal came after it had acted.
type Conversion struct {
	Flow  string `json:"flow"`
	Count int64  `json:"count"`
}

// DeadLetter is how often a function gave up events of a type.
type DeadLetter struct {
	Function string `json:"function"`
	Type     string `json:"type"`
	Count    int64  `json:"count"`
}

// Check tells where the sums do not come out: every event must have been journalled,
// known before, refused, or resolved when it came.
func (r Report) Check() error {
	if sum := r.Journalled + r.Duplicates + r.Refused + r.Resolved; sum != r.Events+r.Followed {
		return fmt.Errorf("%d events came in and %d followed, but %d were journalled, %d known before, %d refused and %d resolved: %d are unaccounted for",
			r.Events, r.Followed, r.Journalled, r.Duplicates, r.Refused, r.Resolved, r.Events+r.Followed-sum)
	}
	return nil
}

// Write writes the report as a table for people.
func (r Report) Write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "events in\t%d\n", r.Events)
	for _, row := range []struct {
		name string
		n    int64
	}{{"and followed", r.Followed}, {"= journalled", r.Journalled}, {"+ duplicates", r.Duplicates},
		{"+ dead letters", r.Refused}, {"+ resolved before", r.Resolved}} {
		if row.n > 0 || row.name[0] == '=' {
			fmt.Fprintf(w, "  %s\t%d\n", row.name, row.n)
		}
	}
	section(w, "decisions", len(r.Decisions))
	for _, d := range r.Decisions {
		fmt.Fprintf(w, "  %s\t%d\t%s\t%s\n", d.Flow, d.Count, d.Verdict, d.Reason)
	}
	section(w, "actions", len(r.Actions))
	for _, a := range r.Actions {
		fmt.Fprintf(w, "  %s\t%d\t%s\n", a.Channel, a.Count, a.Status)
	}
	section(w, "conversions", len(r.Conversions))
	for _, c := range r.Conversions {
		fmt.Fprintf(w, "  %s\t%d\n", c.Flow, c.Count)
	}
	if r.Work != nil {
		section(w, "begun and what became of it", len(r.Work))
		r.writeWork(w)
	}
	section(w, "dead letters", len(r.DeadLetters))
	for _, d := range r.DeadLetters {
		fmt.Fprintf(w, "  %s\t%d\t%s\n", d.Function, d.Count, d.Type)
	}
	fmt.Fprintf(w, "ingress to decision\tp50 %.1f ms\tp99 %.1f ms\tof %d\n", r.Latency.P50, r.Latency.P99, r.Latency.Count)
	return w.Flush()
}

func section(w io.Writer, title string, n int) {
	if n == 0 {
		fmt.Fprintf(w, "%s\t0\n", title)
		return
	}
	fmt.Fprintf(w, "%s\n", title)
}
