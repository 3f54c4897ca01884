package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"

	"redthread.dev/events"
)

type sending struct {
	sample string
	binary bool
	raw    bool
	set    changes
}

func send() *command {
	s := &sending{}
	return &command{
		name: "send", usage: "FILE|- ...\n-sample TYPE", summary: "send CloudEvents to a server",
		about: `Sends events from files, or from standard input (-): a CloudEvent in JSON, a list of
them, or one a line. With -sample it sends the sample of a type, with an id of its
own and no time, so that it is a new event each time, and of the server's time.

-set changes fields before they are sent: attributes by name (id, time, source),
data by path (data.total.amount, data.lines.0.sku); a value is JSON, else text.`,
		examples: []string{
			"send -sample basket.updated -set data.customer.email=me@example.com -set id=basket-42",
			"send -binary event.json",
		},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&s.sample, "sample", "", "`TYPE` type whose sample is sent, e.g. basket.updated")
			f.BoolVar(&s.binary, "binary", false, "send in binary mode: attributes in headers")
			f.BoolVar(&s.raw, "raw", false, "send each file as it is, in structured mode, whatever is in it")
			f.Var(&s.set, "set", "`FIELD=VALUE` field to change before it is sent, e.g. data.total.amount=500; may be repeated")
		},
		run: s.run,
	}
}

// sent is what became of one event.
type sent struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	answer
}

func (s *sending) run(ctx context.Context, t *terminal, files []string) error {
	if (s.sample == "") == (len(files) == 0) {
		return misusef("send: name a file, - for standard input, or a sample with -sample (see send -h)")
	}
	to := t.server()
	var all []sent
	refused := 0
	for _, text := range append(files, s.samples()...) {
		body, err := s.read(t, text)
		if err != nil {
			return err
		}
		results, err := s.send(ctx, to, body)
		if err != nil {
			return err
		}
		all = append(all, results...)
	}
	for _, r := range all {
		if !r.taken() {
			refused++
		}
	}
	object := struct {
		Sent    int    `json:"sent"`
		Refused int    `json:"refused"`
		Events  []sent `json:"events"`
	}{len(all) - refused, refused, all}
	if err := t.report(object, func(w io.Writer) error {
		for _, r := range all {
			fmt.Fprintln(w, strings.TrimSpace(fmt.Sprintf("%d %s %s %s", r.Status, events.Short(r.Type), r.ID, r.Reason)))
		}
		return nil
	}); err != nil {
		return err
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d events were refused", refused, len(all))
	}
	return nil
}

// samples names the sample as files are named, if one was asked for.
func (s *sending) samples() []string {
	if s.sample == "" {
		return nil
	}
	return []string{""}
}

func (s *sending) read(t *terminal, file string) ([]byte, error) {
	switch file {
	case "":
		return sampleOf(s.sample)
	case "-":
		return io.ReadAll(t.in)
	}
	return os.ReadFile(file)
}

func sampleOf(name string) ([]byte, error) {
	text, err := events.Sample(strings.TrimSuffix(name, ".v1") + ".v1")
	if err != nil {
		return nil, misusef("send: -sample %s: there is none; there are: %s", name, strings.ReplaceAll(strings.Join(events.Samples(), ", "), ".v1", ""))
	}
	return text, nil
}

func (s *sending) send(ctx context.Context, to *sink, body []byte) ([]sent, error) {
	if s.raw {
		a, err := to.post(ctx, "application/cloudevents+json", body)
		return []sent{{answer: a}}, err
	}
	fresh := changes{}
	if s.sample != "" {
		fresh = changes{{"id", uuid.NewString()}} // and no time: it happens when it arrives, by the server's clock
	}
	es, err := decode(body, append(fresh, s.set...))
	if err != nil {
		return nil, fmt.Errorf("send: %w", err)
	}
	var all []sent
	for _, e := range es {
		a, err := s.one(ctx, to, e)
		if err != nil {
			return nil, err
		}
		all = append(all, sent{e.Type(), e.ID(), a})
	}
	return all, nil
}

func (s *sending) one(ctx context.Context, to *sink, e events.Event) (answer, error) {
	if s.binary {
		return to.binary(ctx, e)
	}
	body, err := json.Marshal(e)
	if err != nil {
		return answer{}, fmt.Errorf("send %s: %w", events.Tag(e), err)
	}
	return to.post(ctx, "application/cloudevents+json", body)
}
