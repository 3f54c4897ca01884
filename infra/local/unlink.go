package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"redthread.dev/functions/intake/collect"
	"redthread.dev/infra/local/suite"
	"redthread.dev/shared/function"
	"redthread.dev/shared/words"
)

// unlinking is the flags of unlink.
type unlinking struct{ settings settings }

func unlink() *command {
	u := &unlinking{settings: settings{}}
	return &command{
		name: "unlink", usage: "SOURCE ID", summary: "undo what an event made one: two customers who are not the same person",
		about: `Customers are taken for one when an event names identifiers of both, such as a login
and somebody else's e-mail address. From now on that event speaks for its most trusted
identifier only. All customers who had to do with it are worked out anew, each from their
own events; actions and messages of the time they were one stay with both.

"explain -customer TYPE=VALUE" tells which event made a customer one with another, by its
id and source. It needs the IDENTITY_KEY of the store: from the environment, else from
FOLDER/keys. A server may be running; once more does no harm.`,
		examples: []string{"unlink /shop e-1", "unlink -store sqlite:data/redthread.db -json /shop e-1"},
		flags: func(f *flag.FlagSet) {
			f.Var(u.settings, "set", "`FUNCTION.NAME=VALUE` setting that collect was given so, e.g. collect.STRONG_LIMIT=3; may be repeated")
		},
		run: u.run,
	}
}

func (u *unlinking) run(ctx context.Context, t *terminal, args []string) (err error) {
	if len(args) != 2 || args[0] == "" || args[1] == "" {
		return misusef("unlink: expected the source and the id of an event, got %q", args)
	}
	rules, err := t.rules()
	if err != nil {
		return err
	}
	set := map[string]string{"IDENTITY_KEY": string(rules.Secret)}
	maps.Copy(set, suite.Given(u.settings, "collect"))
	s, err := t.look(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	env := function.Env{Store: s, Now: time.Now, Log: t.log, Override: map[string]map[string]string{"collect": set}}
	profiles, err := collect.Unlink(ctx, env, args[0], args[1])
	if err != nil {
		return err
	}
	object := struct {
		Profiles []string `json:"profiles"` // that the event's identifiers lead to now
	}{profiles}
	n := len(profiles)
	return t.report(object, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "the event links nobody any more; its identifiers lead to %s: %s\n",
			words.Plural(n, "one customer", fmt.Sprint(n, " customers")), strings.Join(profiles, ", "))
		return err
	})
}
