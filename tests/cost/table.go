package main

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"
)

// unit is what a store counts.
var unit = map[string]string{"dynamodb": "request units", "firestore": "documents"}

func (m mix) print(out io.Writer) {
	fmt.Fprintf(out, "slice: %d of %d source events\n", m.Events, m.Whole)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "type\tevents\tof the slice\tof the whole\t")
	for _, s := range m.Types {
		fmt.Fprintf(w, "%s\t%d\t%.1f %%\t%.1f %%\t\n", s.Type, s.Events, 100*s.Slice, 100*s.Whole)
	}
	w.Flush() //nolint:errcheck // nor are the others' errors looked at
}

func (b bill) print(out io.Writer) {
	first := b.Totals[0]
	fmt.Fprintf(out, "\n%s: %d source events in %.0f s; %s; × %.0f makes a million\n", b.Store, b.Events, b.Seconds, unit[b.Store], million/float64(b.Events))
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "function\tevents\treads/event\twrites/event\tdeletes/event\tUSD a million\tshare\t")
	for _, f := range b.functions() {
		b.row(w, f.Function, f)
		for _, l := range b.Lines {
			if l.Function == f.Function && l.Events != f.Events && (l.Events > 0 || l.USD > 0) {
				b.row(w, "· "+l.Type, l)
			}
		}
	}
	fmt.Fprintf(w, "timers each minute, for a month\t%d\t%s\t\t\t%.2f\t%.0f %%\t\n", ticks, figure(b.Looking.Reads/ticks), first.Looking, 100*ratio(first.Looking, first.All))
	held := b.Shelves.sum()
	if first.Expiry > 0 {
		fmt.Fprintf(w, "expiry of what is kept for a time\t%d\t\t\t1.00\t%.2f\t%.0f %%\t\n", held.Expiring, first.Expiry, 100*ratio(first.Expiry, first.All))
	}
	w.Flush() //nolint:errcheck
	for _, t := range b.Totals {
		t.print(out)
	}
	b.Shelves.print(out)
	fmt.Fprintf(out, "%d documents, %d bytes with indexes: %d bytes a customer (%d, without the goods), %d a source event\n",
		held.Documents, held.Bytes, b.Shelves.customers()/max(b.Customers, 1), b.Customers, held.Bytes/int64(b.Events))
	if b.Failed > 0 {
		fmt.Fprintf(out, "%d calls of the emulator failed and were made again: these figures are too low or too high by as many.\n", b.Failed)
	}
	if b.Said > 0 {
		fmt.Fprintf(out, "Units are by AWS's rules and the items' sizes; the emulator, which knows no sizes, said %.0f.\n", b.Said)
	}
}

func (b bill) row(w io.Writer, name string, l line) {
	fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%.2f\t%.0f %%\t\n", name, l.Events,
		figure(l.perEvent(l.Used.Reads)), figure(l.perEvent(l.Used.Writes)), figure(l.perEvent(l.Used.Deletes)), l.USD, 100*l.Share)
}

func figure(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return fmt.Sprintf("%.2f", x)
}

func (t total) print(out io.Writer) {
	verdict := "holds"
	if t.All > t.Target {
		verdict = fmt.Sprintf("MISSED by %.2f", t.All-t.Target)
	}
	fmt.Fprintf(out, "%s: USD %.2f a million source events, target %.0f: %s\n", t.Place, t.All, t.Target, verdict)
	fmt.Fprintf(out, "  a million about goods alone %.2f, about customers alone %.2f; keeping what a million leave: %.2f a month\n", t.Catalogue, t.Customers, t.Storage)
	fmt.Fprintf(out, "  USD a million: reads %.3f, writes %.3f, deletes %.3f; a GiB and month %.2f (%s, %s)\n", t.Read, t.Write, t.Delete, t.Stored, t.Source, t.Dated)
}
