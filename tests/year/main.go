// Year lives through a year of a made-up shop with all flows on, checks by an auditor that
// shares no code with them that no rule of the policy was broken, and prints for each flow
// what it wanted, what it was let, and what came of it.
//
//	go run ./tests/year -customers 50000
//	go run ./tests/year -customers 5000 -without socialcare
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"redthread.dev/functions"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
)

// mostMemory is how far the memory grows, in bytes, before it is swept.
const mostMemory = 512 << 20

func main() {
	y := year{progress: os.Stderr}
	flag.IntVar(&y.customers, "customers", 50_000, "how many customers there are")
	flag.Uint64Var(&y.seed, "seed", 1, "what the year is made up from")
	flag.StringVar(&y.without, "without", "", "flow that is switched off in a second world, to see what that changes")
	flag.Parse()
	// Each customer lives apart from the others and is done with after a few milliseconds, so
	// little is alive at a time (some 20 MB): collected as often as usual, garbage takes half the year.
	function.Unswept(mostMemory)
	began := time.Now()
	r, err := y.run()
	if err == nil {
		err = r.print(os.Stdout, y, time.Since(began))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "year:", err)
		os.Exit(1)
	}
}

// reasons are the policy's, in its order.
var reasons = []flow.Reason{flow.Unreachable, flow.NoConsent, flow.Suppressed, flow.Sensitive, flow.OpenComplaint, flow.HeldOut, flow.Capped}

// shown is how many of what is wrong are named.
const shown = 20

// print writes the tables. The error says that something is wrong.
func (r *result) print(out io.Writer, y year, took time.Duration) error {
	fmt.Fprintf(out, "a year of %d customers in three countries: %d events, %d decisions, %d actions in %.0f s\n\n", y.customers, r.events, r.decisions, r.sent, took.Seconds())
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := []string{"", "wanted", "acted", "gave way"}
	for _, reason := range reasons {
		head = append(head, string(reason))
	}
	fmt.Fprintln(w, strings.Join(append(head, "at night", "goal", "treated", "held out", ""), "\t"))
	for _, d := range functions.Flows {
		t := r.worlds[0].flows[d.Name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t", d.Name, t.wanted, t.acted, t.displaced)
		for _, reason := range reasons {
			fmt.Fprintf(w, "%d\t", t.refused[string(reason)])
		}
		fmt.Fprintf(w, "%d\t%d\t%.1f %% of %d\t%.1f %% of %d\t\n", t.putOff, t.goals, t.treated.share(), t.treated.n, t.control.share(), t.control.n)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\ncustomers do not read what they get, so that treated and held out reach the goal alike\n\nmarketing messages by priority\n")
	for _, p := range []string{"high", "normal", "low"} {
		s := r.worlds[0].budget[p]
		fmt.Fprintf(out, "  %-6s  %7d wanted, after all else allowed them  %5.1f %% of them capped\n", p, s.wanted, 100*float64(s.capped)/max(1, float64(s.wanted)))
	}
	if y.without != "" {
		fmt.Fprintf(out, "\nwithout %s %d actions of others are there or not, each a message that competes with it\n", y.without, r.moved)
	}
	return wrong(out, r)
}

func wrong(out io.Writer, r *result) error {
	failed := 0
	for _, t := range r.worlds[0].flows {
		failed += t.failed
	}
	for what, list := range map[string][]string{"broke a rule of the policy": r.broken, "changed without a reason": r.strange} {
		for _, l := range list[:min(shown, len(list))] {
			fmt.Fprintf(out, "%s: %s\n", what, l)
		}
	}
	if len(r.broken)+len(r.strange)+failed > 0 {
		return fmt.Errorf("%d actions broke a rule of the policy, %d changed without a reason, %d decisions failed", len(r.broken), len(r.strange), failed)
	}
	fmt.Fprintf(out, "\nno rule of the policy was broken\n")
	return nil
}
