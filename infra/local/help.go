package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

const program = "go run ./infra/local"

func overview(out io.Writer) {
	fmt.Fprintf(out, "redthread on one machine: broker, functions, store and pages in one process.\n\nusage: %s [command] [flags]\n\n", program)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for i, c := range commands {
		c := c()
		note := ""
		if i == 0 {
			note = " (without a command)"
		}
		fmt.Fprintf(w, "  %s\t%s%s\n", c.name, c.summary, note)
	}
	w.Flush()
	fmt.Fprintf(out, "\nEach has a help of its own: %s send -h\n", program)
}

// common are the flags of every command.
var common = []string{"addr", "data", "store", "json"}

// help tells what a command does, its flags with their defaults, and examples.
func (c *command) help(out io.Writer, set *flag.FlagSet) {
	fmt.Fprintf(out, "%s: %s\n\nusage:\n", c.name, c.summary)
	for _, usage := range strings.Split(c.usage, "\n") {
		fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("  %s %s [flags] %s", program, c.name, usage), " "))
	}
	fmt.Fprintf(out, "\n%s\n", strings.TrimSpace(c.about))
	var own []string
	set.VisitAll(func(f *flag.Flag) {
		if !slices.Contains(common, f.Name) {
			own = append(own, f.Name)
		}
	})
	list(out, "flags", set, own)
	list(out, "flags of every command", set, common)
	fmt.Fprintln(out, "\nexamples:")
	for _, e := range c.examples {
		fmt.Fprintf(out, "  %s %s\n", program, e)
	}
}

func list(out io.Writer, title string, set *flag.FlagSet, names []string) {
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	for _, name := range names {
		placeholder, what := described(set.Lookup(name))
		fmt.Fprintf(w, "  %s\t%s\n", strings.TrimSpace("-"+name+" "+placeholder), what)
	}
	w.Flush()
}

// described parts a flag's usage: in backquotes at its beginning is what stands for the
// value, then what the flag does. A default that says something is told.
func described(f *flag.Flag) (placeholder, what string) {
	if _, rest, ok := strings.Cut(f.Usage, "`"); ok {
		placeholder, what, _ = strings.Cut(rest, "`")
		what = strings.TrimSpace(what)
	} else {
		what = f.Usage
	}
	if !slices.Contains([]string{"", "0", "0s", "false"}, f.DefValue) {
		what += " (default " + f.DefValue + ")"
	}
	return placeholder, what
}
