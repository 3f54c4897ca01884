package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// command is one thing the program can do.
type command struct {
	name     string
	usage    string // what comes after the flags; a line for each way
	summary  string // one line
	about    string // what else is to be known
	examples []string
	flags    func(*flag.FlagSet)
	run      func(context.Context, *terminal, []string) error
}

// terminal is what all commands share: where they read and write, and their common
// flags.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	log      *slog.Logger

	addr  string // host and port
	data  string // folder
	store string // URL; empty: in the folder
	json  bool   // one object on out instead of text for people
	given map[string]bool
}

// storeURL is where the documents are.
func (t *terminal) storeURL() string {
	if t.store != "" {
		return t.store
	}
	return "sqlite:" + filepath.Join(t.data, "redthread.db")
}

// report writes what a command has to say, as one JSON object or as text.
func (t *terminal) report(object any, text func(io.Writer) error) error {
	if !t.json {
		return text(t.out)
	}
	e := json.NewEncoder(t.out)
	e.SetIndent("", "  ")
	return e.Encode(object)
}

// misuse is an error in how the program was called.
type misuse struct{ text string }

func (m misuse) Error() string { return m.text }

func misusef(format string, args ...any) error { return misuse{fmt.Sprintf(format, args...)} }

// run runs the command that the arguments name and returns the exit status: 0, 1
// when it failed, 2 when it was called wrongly.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	t := &terminal{in: in, out: out, err: errs, log: logger(errs), given: map[string]bool{}}
	err := dispatch(ctx, t, args)
	var wrong misuse
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintln(errs, "redthread:", err)
		return 2
	}
	fmt.Fprintln(errs, "redthread:", err)
	return 1
}

// logger writes text to a terminal and JSON to anything else.
func logger(w io.Writer) *slog.Logger {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

func dispatch(ctx context.Context, t *terminal, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "-h", "-help", "--help", "help":
			overview(t.out)
			return nil
		}
	}
	c := commands[0]()
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		if c = find(args[0]); c == nil {
			return misusef("unknown command %q; there are: %s (see -h)", args[0], strings.Join(names(), ", "))
		}
		args = args[1:]
	}
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	t.common(set)
	if c.flags != nil {
		c.flags(set)
	}
	rest, err := parse(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(t.out, set)
		return err
	case err != nil:
		return misusef("%s: %v (see %s -h)", c.name, err, c.name)
	}
	set.Visit(func(f *flag.Flag) { t.given[f.Name] = true })
	slog.SetDefault(t.log)
	return c.run(ctx, t, rest)
}

// parse reads flags also after and between the arguments.
func parse(set *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if set.NArg() == 0 {
			return rest, nil
		}
		if i := len(args) - set.NArg() - 1; i >= 0 && args[i] == "--" {
			return append(rest, set.Args()...), nil
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

func (t *terminal) common(set *flag.FlagSet) {
	set.StringVar(&t.addr, "addr", "127.0.0.1:8080", "`HOST:PORT` where the server is; port 0 takes a free one")
	set.StringVar(&t.data, "data", "./data", "`FOLDER` where the queue, the keys, the outbox and the store are")
	set.StringVar(&t.store, "store", "", "`URL` of the store: sqlite:, postgres:, firestore:, dynamodb:, memory: (default sqlite:FOLDER/redthread.db)")
	set.BoolVar(&t.json, "json", false, "report as one JSON object on standard output; logs go to standard error")
}

func find(name string) *command {
	for _, c := range commands {
		if c := c(); c.name == name {
			return c
		}
	}
	return nil
}

func names() []string {
	var all []string
	for _, c := range commands {
		all = append(all, c().name)
	}
	return all
}
