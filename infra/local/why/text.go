package why

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// writer writes text until that fails.
type writer struct {
	out  io.Writer
	zone *time.Location
	err  error
}

func (w *writer) printf(format string, args ...any) {
	if w.err == nil {
		_, w.err = fmt.Fprintf(w.out, format, args...)
	}
}

func (w *writer) at(t time.Time) string { return t.In(w.zone).Format("2006-01-02 15:04:05") }

// Write writes the answer as a timeline for people, in the times of a zone.
func (a Answer) Write(out io.Writer, zone *time.Location) error {
	w := &writer{out: out, zone: zone}
	w.printf("profile %s", a.Profile)
	if !a.Since.IsZero() {
		w.printf(", known since %s", w.at(a.Since))
	}
	w.printf(", %s; marketing is allowed by: %s\n", count(a.Orders, "order"), orNone(strings.Join(a.Allows, ", ")))
	if len(a.Absorbed) > 0 {
		w.printf("it is one with %s\n", strings.Join(a.Absorbed, ", "))
	}
	for _, m := range a.Moments {
		m.write(w)
	}
	if len(a.Loose) > 0 {
		w.printf("\nalso done, by decisions that are not remembered\n")
		for _, d := range a.Loose {
			w.printf("%s  %s ", w.at(d.Created), d.Flow)
			d.write(w)
		}
	}
	a.end(w)
	return w.err
}

// end tells what is waited for and what was used.
func (a Answer) end(w *writer) {
	w.printf("\n")
	for _, x := range a.Exports {
		w.printf("%s  all that is held was exported (%s); whoever has this link can read it until %s:\n    %s\n",
			w.at(x.At), mailed(x.Action), w.at(x.Until), x.Location)
	}
	for _, t := range a.Waiting {
		w.printf("%s waits: %s at %s%s\n", t.Flow, t.Name, w.at(t.Due), about(t.Key))
	}
	if len(a.Waiting) == 0 {
		w.printf("no flow waits for anything\n")
	}
	if !a.Until.IsZero() {
		w.printf("marketing messages: %d of %d in the 7 days to %s, %d of %d on that day\n",
			a.Budget.Week, a.Budget.WeekLimit, w.at(a.Until), a.Budget.Day, a.Budget.DayLimit)
	}
	if a.Redone > 0 {
		w.printf("* nothing was kept of it, or not any more: %s made once more, with the flows' settings and the catalogue as they are now\n", count(a.Redone, "decision"))
	}
}

func (m Moment) write(w *writer) {
	w.printf("\n%s  ", w.at(m.At))
	switch {
	case !m.Timer && m.Event == "":
		w.printf("%s, for all", strings.TrimSuffix(m.Type, ".v1"))
	case !m.Timer:
		w.printf("%s (%s from %s)", strings.TrimSuffix(m.Type, ".v1"), m.Event, m.Source)
	case m.Type == "again":
		w.printf("time to decide again")
	default:
		w.printf("timer %s", m.Type)
	}
	if !m.Received.IsZero() {
		w.printf(", came in %s", w.at(m.Received))
	}
	if len(m.Merged) > 0 {
		w.printf(", made the customer one with %s", strings.Join(m.Merged, ", "))
	}
	if m.Unlinked {
		w.printf(", which was undone")
	}
	w.printf("\n")
	for _, d := range m.Decisions {
		d.write(w, !m.Timer)
	}
	if len(m.Decisions) == 0 {
		w.printf("    no flow listens to it\n")
	}
}

func (d Decision) write(w *writer, timed bool) {
	mark := " "
	if d.Redone {
		mark = "*"
	}
	w.printf("  %s %-16s %s", mark, d.Flow, d.Verdict)
	if d.Reason != "" {
		w.printf(": %s", d.Reason)
	}
	w.printf("%s", about(d.Key))
	if len(d.Saw) > 0 {
		w.printf(" (%s)", strings.Join(d.Saw, "; "))
	}
	if timed && !d.At.IsZero() {
		w.printf(", decided %s", w.at(d.At))
	}
	w.printf("\n")
	if d.Action != nil {
		w.printf("      → ")
		d.Action.write(w)
	}
	if d.Note != "" {
		w.printf("      → %s\n", d.Note)
	}
}

func (d Deed) write(w *writer) {
	w.printf("%s by %s: %s", d.Kind, d.Channel, d.Status)
	if !d.Done.IsZero() {
		w.printf(" %s", w.at(d.Done))
	}
	if d.Provider != "" {
		w.printf(" through %s", d.Provider)
	}
	if d.Attempts > 1 {
		w.printf(", %d attempts", d.Attempts)
	}
	if d.Reason != "" {
		w.printf(", %s", d.Reason)
	}
	w.printf("\n")
}

// mailed says how the customer gets their export.
func mailed(action string) string {
	if action == "" {
		return "there was no address to mail the link to: hand it out"
	}
	return "the link goes to them by email, action " + action
}

func about(key string) string {
	if key == "" {
		return ""
	}
	return " about " + key
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
