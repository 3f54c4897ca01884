// Bench measures the suite against floors built from the same parts, in the same
// run, interleaved: ratios, never absolute times. It prints one table.
//
//	go run ./tests/bench [-rounds 15] [-requests 1000] [-row name] [-profiles folder]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "child" {
		if err := child(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench child:", err)
			os.Exit(1)
		}
		return
	}
	c := config{}
	flag.IntVar(&c.rounds, "rounds", 15, "how often each side is measured, in turn")
	flag.IntVar(&c.requests, "requests", 1000, "requests of a round at 64 clients; a fifth of them at one")
	flag.IntVar(&c.full, "full", 100_000, "profiles in the full store of exec to ready; a million take 4 GB of disk")
	flag.StringVar(&c.only, "row", "", "only the rows whose name has this in it")
	flag.StringVar(&c.profiles, "profiles", "", "write a CPU profile of each side of the rows against a floor into this folder")
	flag.Parse()
	if err := run(c); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type config struct {
	rounds, requests int
	full             int
	only             string
	dir              string
	profiles         string
}

// run builds one binary for all child processes, measures each row and prints the
// table.
func run(c config) error {
	dir, err := os.MkdirTemp("", "redthread-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c.dir = dir
	self := filepath.Join(dir, "bench")
	if out, err := exec.Command("go", "build", "-o", self, "redthread.dev/tests/bench").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w: %s", err, out)
	}
	if out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "bare"), "redthread.dev/tests/bench/bare").CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w: %s", err, out)
	}
	var t table
	for _, r := range rows {
		if c.only != "" && !strings.Contains(r.name, c.only) {
			continue
		}
		fmt.Fprintf(os.Stderr, "measuring: %s\n", r.name)
		if err := r.measure(c, self, &t); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	t.note("Floors decode events with the same decoder as ours and make the same calls of the same store with the same bytes;\n" +
		"they decode and encode no document. A ratio is the median of the rounds' own ratios; medians of either side are beside it.")
	t.print(os.Stdout)
	return nil
}

// row is a line, or a few, of the table.
type row struct {
	name    string
	measure func(c config, self string, t *table) error
}

var rows = []row{
	{"decodes and decides nothing, no store", versus("plain", "nothing", 1.25)},
	{"flow event that decides nothing", versus("recorded:idle", "idle", 1.5)},
	{"flow event that acts", versus("recorded:act", "act", 1.3)},
	{"collect", versus("recorded:collect", "collect", 1.3)},
	{"length of a customer's history", history},
	{"exec to ready", cold},
	{"a million events folded", fold},
	{"commit to a store", commits},
	{"exec to ready with each driver", readyWith},
	{"replay", replays},
}
