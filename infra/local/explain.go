package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/infra/local/suite"
	"redthread.dev/infra/local/why"
	"redthread.dev/shared/function"
)

// explaining is the flags of explain.
type explaining struct {
	customer, flow, event, zone string
	settings                    settings
}

func explain() *command {
	e := &explaining{settings: settings{}}
	return &command{
		name: "explain", usage: "-customer TYPE=VALUE", summary: "why did, or didn't, this customer hear from us?",
		about: `Goes through the journal of a customer and tells for every event what each flow decided
and why, what it did about it and whether that was sent; then what is still waited for,
and how much of the attention budget is used. What the customer's thread no longer
remembers, or never kept as it led to nothing, is decided once more and marked with *.
Who has asked for all that is held about them has a link to it, which is told as well.

A customer is named by any of their identifiers: login, email, phone, loyalty_card,
cookie, … or profile. Finding one needs the IDENTITY_KEY of the store: it is taken from
the environment, else from FOLDER/keys. Nothing is changed; a server may be running.`,
		examples: []string{"explain -customer login=kunde-00001 -data data/demo", "explain -customer email=me@example.com -flow basketrecovery",
			"explain -customer email=me@example.com -event basket-42 -json"},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&e.customer, "customer", "", "`TYPE=VALUE` whom it is about, e.g. email=mette@example.dk")
			f.StringVar(&e.flow, "flow", "", "`FLOW` flow whose decisions alone are told")
			f.StringVar(&e.event, "event", "", "`ID` event that alone is told of")
			f.Var(e.settings, "set", "`FUNCTION.NAME=VALUE` setting that the server was given so; may be repeated")
			f.StringVar(&e.zone, "zone", "Europe/Copenhagen", "`ZONE` time zone of the times that are shown; in JSON they are UTC")
		},
		run: e.run,
	}
}

func (e *explaining) run(ctx context.Context, t *terminal, args []string) (err error) {
	idType, value, ok := strings.Cut(e.customer, "=")
	switch {
	case len(args) > 0:
		return misusef("explain: unexpected argument %q", args[0])
	case !ok || idType == "" || value == "":
		return misusef("explain: -customer %q: expected type=value, e.g. -customer email=mette@example.dk", e.customer)
	}
	zone, err := time.LoadLocation(e.zone)
	if err != nil {
		return misusef("explain: -zone: %v", err)
	}
	if e.flow != "" {
		if _, err := flowNamed(e.flow); err != nil {
			return err
		}
	}
	asker, err := e.asker(t)
	if err != nil {
		return err
	}
	if len(asker.Rules.Secret) == 0 && idType != events.IDProfile {
		return errors.New("explain: no IDENTITY_KEY, neither in the environment nor in " + t.data + string(os.PathSeparator) +
			"keys: customers can only be found by their identifiers with the key that the server uses; or name them by profile=ID")
	}
	if asker.Store, err = t.look(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, asker.Store.Close()) }()
	id, err := asker.Find(ctx, idType, value)
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	answer, err := asker.Ask(ctx, id)
	if err == nil {
		answer, err = answer.Only(e.flow, e.event)
	}
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	object := struct {
		Customer string `json:"customer"` // as it was given
		why.Answer
	}{e.customer, answer}
	return t.report(object, func(w io.Writer) error { return answer.Write(w, zone) })
}

// asker has the flows as they are set here.
func (e *explaining) asker(t *terminal) (a why.Asker, err error) {
	if a.Rules, err = t.rules(); err != nil {
		return a, err
	}
	for _, d := range functions.Flows {
		f, err := d.Make(function.Env{Override: map[string]map[string]string{d.Name: suite.Given(e.settings, d.Name)}})
		if err != nil {
			return a, err
		}
		a.Flows = append(a.Flows, f)
	}
	return a, nil
}
