package main

import (
	"flag"
	"fmt"
	"io"
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

// help tells what a command does, its flags with their defaults, and examples.
func (c *command) help(out io.Writer, set *flag.FlagSet) {
	fmt.Fprintf(out, "%s: %s\n\nusage: %s %s [flags]", c.name, c.summary, program, c.name)
	if c.usage != "" {
		fmt.Fprint(out, " ", c.usage)
	}
	fmt.Fprintf(out, "\n\n%s\n\nflags:\n", strings.TrimSpace(c.about))
	set.SetOutput(out)
	set.PrintDefaults()
	fmt.Fprintln(out, "\nexamples:")
	for _, e := range c.examples {
		fmt.Fprintf(out, "  %s %s\n", program, e)
	}
}
