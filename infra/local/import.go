package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports"
	"redthread.dev/infra/local/tally"
)

// bringing is one import: the flags of the command, and how far it is.
type bringing struct {
	format    string
	to, out   string
	after     time.Duration
	limit     int64
	invent    bool
	catalogue bool
	settings  settings

	reader  *imports.Reader
	refused map[imports.Reason]int64
	first   []string // the first rows that were refused, as examples
	failed  error    // why the file could not be read on
	events  int64
}

func importing() *command {
	b := &bringing{settings: settings{}, refused: map[imports.Reason]int64{}}
	var formats strings.Builder
	for _, f := range imports.Formats() {
		fmt.Fprintf(&formats, "  %-14s %s\n", f.Name, f.Description)
	}
	return &command{
		name: "import", usage: "FILE|FOLDER|-", summary: "play recorded data through everything, or turn it into events",
		about: `Reads a file of one of these formats, gzip or not:

` + formats.String() + `
and lets it happen again, as fast as it goes: each event at its own time, with the
timers that come due in between and for -after later, in the store of -data. At the
end it tells what happened. With -to events are posted to a server instead, with -o
they are written as NDJSON; nothing is played then.`,
		examples: []string{
			"import -invent -data ./data/october 2019-Oct.csv.gz",
			"import -format onlineretail -o events.ndjson invoices.csv",
			"import -to http://127.0.0.1:8080 events.ndjson",
		},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&b.format, "format", "", "`FORMAT` format of the file, one of the above (default guessed)")
			f.StringVar(&b.to, "to", "", "`URL` server that the events are posted to, e.g. http://127.0.0.1:8080")
			f.StringVar(&b.out, "o", "", "`FILE` file that the events are written to; - is standard output")
			f.DurationVar(&b.after, "after", 14*24*time.Hour, "`DURATION` how long time goes on after the last event")
			f.Int64Var(&b.limit, "limit", 0, "`N` how many events are read (default all)")
			f.BoolVar(&b.invent, "invent", false, "make up an address and a consent for every customer; never with a real shop's data")
			f.BoolVar(&b.catalogue, "catalogue", true, "make products known from the rows; -catalogue=false does not")
			f.Var(b.settings, "set", "`FUNCTION.NAME=VALUE` setting of a function, e.g. basketrecovery.WAIT=30m; may be repeated")
		},
		run: b.run,
	}
}

func (b *bringing) run(ctx context.Context, t *terminal, args []string) (err error) {
	switch {
	case len(args) != 1:
		return misusef("import: expected one file or folder, got %d (see import -h)", len(args))
	case b.to != "" && b.out != "":
		return misusef("import: -to and -o exclude each other")
	case b.limit < 0:
		return misusef("import: -limit %d: expected how many events, 0 for all", b.limit)
	}
	if err := passing("import", b.after); err != nil {
		return err
	}
	if b.to != "" {
		if err := web("import", "to", b.to); err != nil {
			return err
		}
	}
	if err := b.open(t, args[0]); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.reader.Close()) }()
	switch {
	case b.to != "":
		err = b.postAll(ctx, t)
	case b.out != "":
		err = b.writeAll(t)
	default:
		err = b.play(ctx, t)
	}
	return err
}

func (b *bringing) open(t *terminal, path string) (err error) {
	o := imports.Options{Invent: b.invent, Catalogue: b.catalogue}
	if path == "-" {
		b.reader, err = imports.Open(b.format, t.in, o)
	} else {
		b.reader, err = imports.OpenPath(path, b.format, o)
	}
	return err
}

// maxExamples is how many refused rows are told one by one.
const maxExamples = 5

// all yields the file's events; rows that are none are counted.
func (b *bringing) all() iter.Seq[events.Event] {
	return func(yield func(events.Event) bool) {
		for e, err := range b.reader.Events() {
			var row *imports.RowError
			switch {
			case errors.As(err, &row):
				b.refused[row.Reason]++
				if len(b.first) < maxExamples {
					b.first = append(b.first, row.Error())
				}
				continue
			case err != nil:
				b.failed = err
				return
			}
			if b.events++; !yield(e) || b.events == b.limit {
				return
			}
		}
	}
}

// Outcome is what an import reports.
type outcome struct {
	Rows     int64                    `json:"rows"`
	Carried  int64                    `json:"rows_carried"`
	Refused  map[imports.Reason]int64 `json:"rows_refused"`
	Examples []string                 `json:"refused_examples,omitempty"`
	Events   int64                    `json:"events"`
	Late     int64                    `json:"late,omitempty"`
	Until    time.Time                `json:"until,omitzero"` // virtual
	Seconds  float64                  `json:"seconds"`
	Rate     float64                  `json:"events_per_second"`
	Report   *tally.Report            `json:"report,omitempty"`
}

func (b *bringing) outcome(began time.Time) outcome {
	c := b.reader.Counts()
	took := time.Since(began).Seconds()
	return outcome{Rows: c.Rows, Carried: c.Carried, Refused: b.refused, Examples: b.first, Events: b.events,
		Seconds: took, Rate: float64(b.events) / max(took, 1e-9)}
}

func (o outcome) write(w io.Writer) error {
	fmt.Fprintf(w, "%d rows became %d events in %.1f s (%.0f events/s); %d rows carried, refused:%s\n",
		o.Rows, o.Events, o.Seconds, o.Rate, o.Carried, refusals(o.Refused))
	for _, example := range o.Examples {
		fmt.Fprintf(w, "  %s\n", example)
	}
	if o.Report == nil {
		return nil
	}
	fmt.Fprintf(w, "time went on until %s; %d events were older than one before them\n\n", o.Until.Format(time.RFC3339), o.Late)
	return o.Report.Write(w)
}
