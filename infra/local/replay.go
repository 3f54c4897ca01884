package main

import (
	"context"
	"errors"
	"flag"
	"maps"
	"runtime"
	"time"

	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// replaying is the flags of replay.
type replaying struct {
	from         string
	set, was     assignments
	tries        choices
	since, until string
	customers    int
	csv          string
	perCustomer  bool
	others       bool
	room         size
}

func replays() *command {
	r := &replaying{room: 512 << 20}
	return &command{
		name: "replay", usage: "FLOW", summary: "what would a flow have done, with other settings?",
		about: `Plays what is recorded of every customer to a flow once more, event by event, its
timers in between, and counts what it decides: as it is set now (in the environment, or
its defaults), and beside it with other settings: those of all -set together, and those
of each -try, up to 16 choices in one reading of the journal. Nothing is sent and nothing
is stored; a server may be running meanwhile.

What is not as it was: a customer who was merged is one from the start, the catalogue
is as of now, and only this flow's contacts count for the attention budget, unless
-others adds those that other flows are recorded to have had. What customers did is
what they did: nobody knows what they would have done had we written at another time.`,
		examples: []string{"replay basketrecovery -set WAIT=30m", "replay basketrecovery -from journal -set WAIT=30m -set MAX=1 -per-customer",
			"replay basketrecovery -try WAIT=30m -try WAIT=2h -try \"WAIT=30m MAX=1\"",
			"replay storeretarget -data data/demo -set VIEWS=3 -since 2026-03-03 -csv customers.csv"},
		flags: r.flags,
		run:   r.run,
	}
}

func (r *replaying) flags(f *flag.FlagSet) {
	f.StringVar(&r.from, "from", "journal", "`WHAT` what is played: the journal of the store")
	f.Var(&r.set, "set", "`NAME=VALUE` setting of the flow to try, e.g. WAIT=30m; may be repeated, for one choice")
	f.Var(&r.tries, "try", "`SETTINGS` one more choice to try, spaces in between, e.g. \"WAIT=30m MAX=1\"; may be repeated")
	f.Var(&r.was, "was", "`NAME=VALUE` how the flow was set, if not as here; may be repeated")
	f.StringVar(&r.since, "since", "", "`TIME` when decisions begin to count, RFC 3339 or YYYY-MM-DD; before, they are made all the same")
	f.StringVar(&r.until, "until", "", "`TIME` when to end (default the journal's last event)")
	f.IntVar(&r.customers, "customers", 0, "`N` how many customers are played, the same ones each time (default all)")
	f.StringVar(&r.csv, "csv", "", "`FILE` file that gets a row for each customer; - is standard output")
	f.BoolVar(&r.perCustomer, "per-customer", false, "tell of each customer too, before the table")
	f.BoolVar(&r.others, "others", false, "let contacts of other flows count, as they are recorded")
	f.Var(&r.room, "room", "`SIZE` how much of the journal is held in memory; a larger one is read several times")
}

// leastMemory is what a replay may take before it sweeps, in bytes.
const leastMemory = 512 << 20

// trial is a replay that is set up.
type trial struct {
	*replaying
	terminal *terminal
	flow     flow.Definition
	journal  replay.Journal
	play     replay.Play
	choices  choices // beside what is set
	note     *pace
}

func (r *replaying) run(ctx context.Context, t *terminal, args []string) (err error) {
	if len(args) != 1 {
		return misusef("replay: expected the name of one flow, got %d", len(args))
	}
	if r.from != "journal" {
		return misusef("replay: -from %q: expected journal", r.from)
	}
	if r.csv == "-" && t.json {
		return misusef("replay: -csv - and -json exclude each other: both want standard output")
	}
	d, err := flowNamed(args[0])
	if err != nil {
		return err
	}
	x := &trial{replaying: r, terminal: t, flow: d, note: &pace{out: t.err}}
	if err := x.settle(); err != nil {
		return err
	}
	s, err := t.look(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	defer function.Unswept(max(3*int64(r.room), leastMemory))()
	return x.run(ctx, s)
}

// settle sets the play up.
func (x *trial) settle() (err error) {
	if x.play.Since, err = moment("since", x.since); err != nil {
		return err
	}
	if x.play.Until, err = moment("until", x.until); err != nil {
		return err
	}
	if !x.play.Until.IsZero() && !x.play.Until.After(x.play.Since) {
		return misusef("replay: -until %s: expected a time after -since %s", x.until, x.since)
	}
	if x.customers < 0 {
		return misusef("replay: -customers %d: expected 0 for all, or how many", x.customers)
	}
	return x.choose()
}

// choose makes the flow as it is set, and with each choice of settings.
func (x *trial) choose() error {
	if x.choices = x.tries; len(x.set) > 0 {
		x.choices = append(choices{x.set}, x.tries...)
	}
	if len(x.choices) > mostChoices {
		return misusef("replay: %d choices of settings to try: expected %d at most", len(x.choices), mostChoices)
	}
	was, err := x.was.of(x.flow)
	if err != nil {
		return err
	}
	if err := x.add(was); err != nil {
		return err
	}
	for _, one := range x.choices {
		other, err := one.of(x.flow)
		if err != nil {
			return err
		}
		settings := maps.Clone(was)
		maps.Copy(settings, other)
		if err := x.add(settings); err != nil {
			return err
		}
	}
	return nil
}

func (x *trial) add(settings map[string]string) error {
	f, err := x.flow.Make(function.Env{Silent: true, Override: map[string]map[string]string{x.flow.Name: settings}})
	if err != nil {
		return misusef("replay: %v", err)
	}
	x.play.Suites = append(x.play.Suites, []*flow.Flow{f})
	return nil
}

func (x *trial) run(ctx context.Context, s store.Store) (err error) {
	rules, err := x.terminal.rules()
	if err != nil {
		return err
	}
	began := time.Now()
	if x.play.Facts, err = catalog.Whole(ctx, s); err != nil {
		return err
	}
	x.journal = replay.Journal{Store: s, Rules: rules, Customers: x.customers, Others: x.others,
		Workers: runtime.GOMAXPROCS(0), Room: int64(x.room), Progress: x.note.tell}
	out, err := x.outlet()
	if err != nil {
		return err
	}
	report, err := x.journal.Play(ctx, x.play, out.row)
	x.note.end()
	if err = errors.Join(err, out.close()); err != nil {
		return err
	}
	return x.tell(report, out, time.Since(began))
}
