// Emulators starts the document stores that can run on this machine, on loopback ports
// and with empty temporary folders, and tells how to reach them:
//
//	go run ./tests/emulators                       until Ctrl-C; prints the variables to export
//	go run ./tests/emulators -- go test ./...      while a command runs, with the variables set
//	go run ./tests/emulators -store dynamodb -- go run ./infra/local serve -store {}
//
// They are PostgreSQL, Google's Firestore emulator, and moto_server for DynamoDB and
// what else there is of AWS. What is not installed is said, with how to get it. When
// the command ends, or the program is told to, everything is stopped and removed; when
// the program is killed, what it started is killed with it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// asked is what the program was asked to do.
type asked struct {
	only    string        // names, separated by commas; empty: all
	store   string        // the store whose URL stands for {} in the command
	fsync   bool          // PostgreSQL writes as safely as where data is kept
	within  time.Duration // until each answers
	command []string
}

// init keeps what main does on one thread, as children are told of the death of the
// thread that started them.
func init() { runtime.LockOSThread() }

func main() {
	a := asked{}
	flag.StringVar(&a.only, "only", "", "`NAMES` of what to start, separated by commas: postgres, firestore, dynamodb (default all that are installed)")
	flag.StringVar(&a.store, "store", "", "`NAME` of the one store that the command is for: its URL stands for each {} in the command. It is started unless FIRESTORE_EMULATOR_HOST, AWS_ENDPOINT_URL_DYNAMODB or PGHOST tell of one")
	flag.BoolVar(&a.fsync, "fsync", true, "PostgreSQL flushes each commit to the disk; tests have no need of it")
	flag.DurationVar(&a.within, "within", time.Minute, "`TIME` until each has to answer")
	flag.Parse()
	a.command = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once, and what it started
	status, err := a.run(endsWithGoRun(ctx), os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "emulators:", err)
	}
	os.Exit(status)
}

// run returns the exit status: that of the command, if there is one.
func (a *asked) run(ctx context.Context, out, errs io.Writer) (status int, err error) {
	chosen, err := a.chosen()
	if err != nil {
		return 2, err
	}
	var up []*process
	defer func() {
		for _, p := range slices.Backward(up) {
			err = errors.Join(err, p.end())
		}
		if err != nil && status == 0 {
			status = 1
		}
	}()
	for _, e := range chosen {
		p, err := begin(ctx, e, a.fsync)
		var missing notInstalled
		switch {
		case errors.As(err, &missing) && a.only == "" && a.store == "":
			fmt.Fprintln(errs, "emulators: not started:", err)
			continue
		case err != nil:
			return 1, err
		}
		up = append(up, p)
	}
	if err := await(ctx, up, a.within); err != nil {
		return 1, err
	}
	if len(a.command) == 0 {
		return 0, serve(ctx, up, out)
	}
	for _, p := range up {
		if fmt.Fprintf(errs, "emulators: %s is at 127.0.0.1:%d\n", p.title, p.port); a.store != "" {
			p.export(errs) // for who wants to look into the command's store
		}
	}
	return a.while(ctx, up)
}

// chosen are the emulators to start.
func (a *asked) chosen() ([]emulator, error) {
	only := strings.FieldsFunc(a.only, func(r rune) bool { return r == ',' })
	if a.store != "" {
		if only = []string{a.store}; a.only != "" {
			return nil, errors.New("-only and -store exclude each other")
		}
		if len(a.command) == 0 {
			return nil, errors.New("-store: expected a command with {} where the store's URL is to be")
		}
	}
	var chosen []emulator
	for _, e := range emulators {
		if len(only) == 0 || slices.Contains(only, e.name) {
			chosen = append(chosen, e)
		}
	}
	for _, name := range only {
		if !slices.ContainsFunc(emulators, func(e emulator) bool { return e.name == name }) {
			return nil, fmt.Errorf("there is no emulator %q; there are: postgres, firestore, dynamodb", name)
		}
	}
	if a.store != "" && exported(a.store) != "" {
		return nil, nil
	}
	return chosen, nil
}

// serve prints how to reach what is up, until ctx ends or one of them does.
func serve(ctx context.Context, up []*process, out io.Writer) error {
	if len(up) == 0 {
		return errors.New("nothing was started")
	}
	for _, p := range up {
		fmt.Fprintf(out, "# %s\n", p.title)
		p.export(out)
		fmt.Fprintf(out, "# make run STORE=%s\n\n", quoted(p.store))
	}
	fmt.Fprintln(out, "# All of it is gone when this is stopped with Ctrl-C.")
	return anyEnds(ctx, up)
}

// export prints the variables as a shell reads them.
func (l *launch) export(out io.Writer) {
	for _, v := range l.variables {
		fmt.Fprintf(out, "export %s=%s\n", v.name, quoted(v.value))
	}
}

// quoted is a word as a shell reads it.
func quoted(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\n'\"\\$`&?*;<>|()[]{}#~!") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
