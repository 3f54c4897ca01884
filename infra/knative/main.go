// Command knative serves the one function that FUNCTION names, as a Knative Service
// runs it: events at /, health, metrics and the function's pages beside them. Settings
// come from the environment; those of the functions are in their function.yaml.
//
// Which stores can be opened, and whether Amazon can be had to carry e-mails and texts, is
// chosen when it is built, by tags, so that nobody has the client of another's cloud:
//
//	go build -tags postgres ./infra/knative       also: firestore, dynamodb, amazon, several, or allstores
//
// Amazon's carriers (SES_URL, SNS_URL) come with dynamodb, too. Without a store's tag SQLite is
// linked, for trying out a function alone; a pod keeps no file, so that of the stores' tags
// only allstores links it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/shared/function"
	"redthread.dev/shared/linked"
	"redthread.dev/shared/store"
	"redthread.dev/shared/tracing"
)

// place is where the function is: what Knative sets (PORT, K_SINK), and Terraform.
type place struct {
	Function string `envconfig:"FUNCTION"`
	Store    string `envconfig:"STORE"`
	Sink     string `envconfig:"K_SINK"`
	Port     int    `envconfig:"PORT" default:"8080" least:"0" most:"65535"`
}

func main() {
	function.Sparing()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := run(ctx, log); err != nil {
		log.Error("stopped", "error", err.Error())
		os.Exit(1)
	}
}

// run serves the function until ctx ends.
func run(ctx context.Context, log *slog.Logger) (err error) {
	var p place
	if err := function.Settings(function.Env{}, "knative", &p); err != nil {
		return err
	}
	spec, known := functions.Named(p.Function)
	switch {
	case !known:
		return fmt.Errorf("FUNCTION is %q, expected one of %s", p.Function, strings.Join(names(), ", "))
	case p.Store == "":
		return errors.New("STORE is empty, expected the URL of a store, e.g. postgres://USER@HOST/DATABASE")
	}
	log = log.With("function", spec.Name)
	flush, err := tracing.Start(ctx, spec.Name, log)
	if err != nil {
		return err
	}
	defer flushed(flush)
	s, err := store.Open(ctx, p.Store)
	if err != nil {
		return tagged(err, "postgres, firestore, dynamodb or allstores")
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f, err := spec.New(function.Env{Store: s, Now: time.Now, Emit: p.emit(), Log: log})
	if err != nil {
		return tagged(fmt.Errorf("start %s: %w", spec.Name, err), "amazon, dynamodb or allstores")
	}
	return function.Serve(ctx, net.JoinHostPort("", strconv.Itoa(p.Port)), f, log)
}

// lastWords is how long sending the last spans may take: Knative ends a pod after 30 s.
const lastWords = 3 * time.Second

func flushed(flush func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	flush(ctx) //nolint:errcheck // spans that nobody takes are lost, and the log says so
}

// tagged adds to an error about a driver that is not linked how it would be.
func tagged(err error, tags string) error {
	if errors.Is(err, linked.ErrMissing) {
		return fmt.Errorf("%w; drivers are linked by tags: go build -tags %s", err, tags)
	}
	return err
}

// emit posts to the broker. Few functions do, so that only they need to know of it.
func (p place) emit() func(context.Context, events.Event) error {
	if p.Sink != "" {
		return function.Sink(p.Sink)
	}
	return func(_ context.Context, e events.Event) error {
		return fmt.Errorf("emit %s: K_SINK is empty, expected the address of the broker's ingress, as a SinkBinding sets it", events.Tag(e))
	}
}

func names() []string {
	var all []string
	for _, spec := range functions.All {
		all = append(all, spec.Name)
	}
	return all
}
