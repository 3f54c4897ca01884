package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"redthread.dev/events"
	"redthread.dev/functions/intake/deadletter"
	"redthread.dev/shared/store"
)

type letters struct {
	function string
	limit    int
	all      bool
	to       string
}

func deadletters() *command {
	l := &letters{}
	return &command{
		name: "deadletters", usage: "[list]\nshow ID\nresend ID ... | -all\nforget ID ... | -all", summary: "list, show, send again or forget what no function would take",
		about: `list shows the newest first. show prints one with its event. resend posts events to
the running server as they were and forgets the letters that it took; an event that
is given up again becomes a dead letter again. Everyone who wants the event gets it
once more; what was done about it already is not done twice. forget removes letters
for good, unsent. Those that nobody sends again or forgets go after 90 days, and at
once when their customer is erased.

An event's profileid, flow and channel are only taken from redthread itself: resend
shows the server the INSIDE_KEY in FOLDER/keys, so -data must be the server's folder.
A Broker of Knative, which whoever reaches it may send anything, is named by -to.`,
		examples: []string{"deadletters list -function basketrecovery", "deadletters resend -all", "deadletters forget -all -function email"},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&l.function, "function", "", "`FUNCTION` function whose letters alone are meant")
			f.IntVar(&l.limit, "limit", 50, "`N` how many letters are listed; 0: all")
			f.StringVar(&l.to, "to", "", "`URL` broker that resend posts to, e.g. http://broker-ingress.knative-eventing/redthread/redthread")
			f.BoolVar(&l.all, "all", false, "resend or forget all, or all of -function")
		},
		run: l.run,
	}
}

func (l *letters) run(ctx context.Context, t *terminal, args []string) error {
	do := "list"
	if len(args) > 0 {
		do, args = args[0], args[1:]
	}
	act := map[string]func(context.Context, *terminal, store.Store, []string) error{"list": l.list, "show": l.show, "resend": l.resend, "forget": l.forget}[do]
	switch {
	case act == nil:
		return misusef("deadletters: unknown command %q; there are: list, show, resend, forget", do)
	case do == "list" && len(args) > 0:
		return misusef("deadletters list: unexpected argument %q", args[0])
	case do == "show" && len(args) != 1:
		return misusef("deadletters show: expected one id, got %d", len(args))
	case (do == "resend" || do == "forget") && l.all == (len(args) > 0):
		return misusef("deadletters %s: expected ids, or -all", do)
	}
	if l.to != "" {
		if do != "resend" {
			return misusef("deadletters %s: -to is for resend", do)
		}
		if err := web("deadletters", "to", l.to); err != nil {
			return err
		}
	}
	if l.limit < 0 {
		return misusef("deadletters: -limit %d: expected how many, 0 for all", l.limit)
	}
	s, err := t.look(ctx)
	if err != nil {
		return err
	}
	return errors.Join(act(ctx, t, s, args), s.Close())
}

// newest yields the dead letters, newest first.
func (l *letters) newest(ctx context.Context, s store.Store, limit int) ([]deadletter.Letter, []store.Document, error) {
	var found []deadletter.Letter
	var docs []store.Document
	q := store.Query{Collection: deadletter.Collection, Partition: deadletter.Partition, Descending: true}
	for doc, err := range s.Query(ctx, q) {
		if err != nil {
			return nil, nil, fmt.Errorf("list dead letters: %w", err)
		}
		letter, err := deadletter.Read(doc)
		if err != nil {
			return nil, nil, err
		}
		if l.function == "" || l.function == letter.Function {
			found, docs = append(found, letter), append(docs, doc)
		}
		if limit > 0 && len(found) == limit {
			break
		}
	}
	return found, docs, nil
}

func (l *letters) list(ctx context.Context, t *terminal, s store.Store, _ []string) error {
	found, _, err := l.newest(ctx, s, l.limit)
	if err != nil {
		return err
	}
	object := struct {
		Letters []deadletter.Letter `json:"dead_letters"`
	}{append([]deadletter.Letter{}, found...)}
	return t.report(object, func(out io.Writer) error {
		if len(found) == 0 {
			_, err := fmt.Fprintln(out, "no dead letters")
			return err
		}
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		for _, f := range found {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d×\t%d\t%s\n", f.Last.Format(time.RFC3339), f.ID, printable(events.Short(f.Type)), f.Times, f.Code, printable(firstLine(f.Reason)))
		}
		return w.Flush()
	})
}

// printable replaces what a terminal would obey instead of showing it: an event's type
// is whatever somebody sent.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func firstLine(s string) string {
	for i, r := range s {
		if r == '\n' || i > 160 {
			return s[:i] + "…"
		}
	}
	return s
}

func (l *letters) show(ctx context.Context, t *terminal, s store.Store, args []string) error {
	docs, err := s.Get(ctx, deadletter.Key(args[0]))
	if err != nil {
		return err
	}
	letter, err := deadletter.Read(docs[0])
	if err != nil {
		return err
	}
	return t.report(letter, func(w io.Writer) error {
		var pretty json.RawMessage = letter.Event
		text, err := json.MarshalIndent(pretty, "", "  ")
		if err != nil {
			return fmt.Errorf("dead letter %q: %w", letter.ID, err)
		}
		_, err = fmt.Fprintf(w, "%s gave up %s %d time(s), last at %s, with %d:\n  %s\n\n%s\n", letter.Function, printable(events.Short(letter.Type)),
			letter.Times, letter.Last.Format(time.RFC3339), letter.Code, printable(letter.Reason), text)
		return err
	})
}
