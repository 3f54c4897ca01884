package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"redthread.dev/infra/local/broker"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/store"
	"redthread.dev/shared/tracing"
)

// running is how a suite is to run: the flags of serve.
type running struct {
	speed, start, sync string
	retry              broker.Retry
	delay              duration
	queue              size
	settings           settings
}

func serve() *command {
	r := &running{settings: settings{}, delay: duration(broker.DefaultRetry.BackoffDelay), queue: 4 << 30}
	return &command{
		name: "serve", summary: "run everything, and take events at /",
		about: `Takes CloudEvents at POST / as a Knative Broker does: 202 once they are in the
queue's file. What was taken survives a killed process; with -sync always also a
power cut, else all but the last 100 ms. Delivery is repeated as a Knative Broker
repeats it; what keeps failing is kept as a dead letter.

Whom an event is about is found out from its data: profileid, flow, channel and the
knativeerror attributes are taken off what comes from outside. Who shows the
INSIDE_KEY of FOLDER/keys (Authorization: Bearer) may set them, as deadletters resend.

POST / is for this machine. Systems outside sign what they send and post it to
/ingest/NAME: -set ingest.SOURCES_FILE=sources.yaml says who they are.

Keys that functions need (IDENTITY_KEY, LINK_KEY) are made once and kept there, too.
Mails are written to FOLDER/outbox unless SMTP_URL is set. Any setting of a function
can be given in the environment (WAIT, or BASKETRECOVERY_WAIT) or with -set.`,
		examples: []string{"serve -set basketrecovery.WAIT=1m", "serve -addr 127.0.0.1:0 -data /tmp/try -speed 60x"},
		flags:    r.flags,
		run:      r.run,
	}
}

func (r *running) flags(f *flag.FlagSet) {
	f.StringVar(&r.speed, "speed", "1x", "`TIMES` how many times as fast as real time the functions' time runs, e.g. 60x")
	f.StringVar(&r.start, "start", "", "`TIME` when the functions' time begins, RFC 3339 (default now)")
	f.StringVar(&r.sync, "sync", "100ms", "`WHEN` when the queue is flushed to the disk: always (before 202), or every 100ms")
	f.IntVar(&r.retry.Retry, "retry", broker.DefaultRetry.Retry, "`N` how often a delivery that failed is repeated")
	f.StringVar(&r.retry.BackoffPolicy, "backoff", broker.DefaultRetry.BackoffPolicy, "`POLICY` how the pauses in between grow: exponential or linear")
	f.Var(&r.delay, "backoff-delay", "`PAUSE` how long the first of them is, e.g. PT0.2S or 200ms")
	f.Var(&r.queue, "max-queue", "`SIZE` how much may wait before events are answered 503, e.g. 500MB")
	f.Var(r.settings, "set", "`FUNCTION.NAME=VALUE` setting of a function, e.g. basketrecovery.WAIT=30m; may be repeated")
}

func (r *running) run(ctx context.Context, t *terminal, args []string) error {
	if len(args) > 0 {
		return misusef("serve: unexpected argument %q", args[0])
	}
	c, err := r.config(t)
	if err != nil {
		return err
	}
	flush, err := tracing.Start(ctx, "redthread", t.log)
	if err != nil {
		return err
	}
	defer flush(context.WithoutCancel(ctx)) //nolint:errcheck // spans that nobody takes are lost
	listener, err := listen(t.addr)
	if err != nil {
		return err
	}
	url := reachable(listener.Addr())
	c.PublicURL = url
	s, err := suite.Open(ctx, c)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	up := struct {
		URL     string `json:"url"`
		Data    string `json:"data"`
		Store   string `json:"store"`
		Waiting int64  `json:"waiting"`
	}{url, t.data, store.Redacted(t.storeURL()), s.Broker.Waiting()}
	return s.Serve(ctx, listener, func() error {
		return t.report(up, func(w io.Writer) error {
			documents := ""
			if t.store != "" {
				documents = ", documents in " + up.Store
			}
			_, err := fmt.Fprintf(w, "redthread is up: %s\nPost events to it; stop it with Ctrl-C. Data is in %s%s.\n", url, t.data, documents)
			return err
		})
	})
}

func (r *running) config(t *terminal) (suite.Config, error) {
	c := suite.Config{Data: t.data, Store: t.store, Settings: r.settings, MaxQueue: int64(r.queue), Log: t.log}
	c.Retry = broker.Retry{Retry: r.retry.Retry, BackoffPolicy: r.retry.BackoffPolicy, BackoffDelay: time.Duration(r.delay)}
	switch pause := time.Duration(r.delay); {
	case r.retry.Retry < 0 || r.retry.Retry > mostRetries:
		return c, misusef("serve: -retry %d: expected 0 to %d", r.retry.Retry, mostRetries)
	case pause <= 0 || pause > mostPause:
		return c, misusef("serve: -backoff-delay %s: expected more than 0 and at most %s, e.g. PT0.2S", pause, mostPause)
	case r.retry.BackoffPolicy != "exponential" && r.retry.BackoffPolicy != "linear":
		return c, misusef("serve: -backoff %q: expected exponential or linear", r.retry.BackoffPolicy)
	}
	switch r.sync {
	case "always":
		c.Sync = true
	case "100ms":
	default:
		return c, misusef("serve: -sync %q: expected always or 100ms", r.sync)
	}
	speed, err := clock.ParseSpeed(r.speed)
	if err != nil {
		return c, misusef("serve: %v", err)
	}
	start := time.Now()
	if r.start != "" {
		if start, err = time.Parse(time.RFC3339, r.start); err != nil || !sensible(start) {
			return c, misusef("serve: -start %q: expected RFC 3339 in this century, e.g. 2026-03-02T09:00:00+01:00", r.start)
		}
	}
	if c.Clock = clock.Real(); speed != 1 || r.start != "" {
		c.Clock = clock.Scaled(start, speed)
	}
	c.Screen = screen(t.addr, speed)
	return c, nil
}

// reachable is where what listens can be reached from this machine: who listens on
// all of its addresses names none that a link could lead to.
func reachable(addr net.Addr) string {
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

// listen takes the address before anything else is begun.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program; stop it, or choose another port with -addr (port 0: any that is free)", addr)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}
