package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"time"

	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/console"
	"redthread.dev/infra/local/player"
	"redthread.dev/infra/local/shop"
	"redthread.dev/infra/local/suite"
)

// show is the flags of demo.
type show struct {
	speed     string
	customers int
	days      int
	seed      uint64
	start     string
	after     time.Duration
	settings  settings
}

func demo() *command {
	d := &show{settings: settings{"ordersync": {"SYSTEMS": "shop,loyalty,erp"}}}
	return &command{
		name: "demo", summary: "live through three days of a made-up shop in a minute",
		about: `People browse, leave baskets, visit stores, complain in public and collect what they
ordered; the suite decides and acts, as it would, only faster. Watch it at -addr while
it runs. It ends with a table of what happened. The same seed gives the same table. Its
data is made anew each time, in FOLDER/demo, and stays for explain and replay. A store
of its own (-store) must be empty, or the table would count what was there before.`,
		examples: []string{"demo", "demo -speed 0 -customers 2000 -days 7", "demo -set basketrecovery.WAIT=30m"},
		flags: func(f *flag.FlagSet) {
			f.StringVar(&d.speed, "speed", "3600x", "`TIMES` how many times as fast as real time, e.g. 60x; 0: as fast as it goes")
			f.IntVar(&d.customers, "customers", 600, "`N` how many people there are")
			f.IntVar(&d.days, "days", 3, "`N` how many days they live through")
			f.Uint64Var(&d.seed, "seed", 1, "`NUMBER` what the days are made up from")
			f.StringVar(&d.start, "start", "2026-03-02", "`DAY` first day, YYYY-MM-DD")
			f.DurationVar(&d.after, "after", 0, "`DURATION` how long time goes on after the last day, e.g. 48h (default 0)")
			f.Var(d.settings, "set", "`FUNCTION.NAME=VALUE` setting of a function, e.g. basketrecovery.WAIT=30m; may be repeated")
		},
		run: d.run,
	}
}

func (d *show) run(ctx context.Context, t *terminal, args []string) (err error) {
	if len(args) > 0 {
		return misusef("demo: unexpected argument %q", args[0])
	}
	config, speed, err := d.config()
	if err != nil {
		return err
	}
	data := filepath.Join(t.data, "demo")
	listener, err := listen(t.addr)
	if err != nil {
		return err
	}
	if err := t.unused(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := d.stage(data); err != nil {
		return errors.Join(err, listener.Close())
	}
	url := reachable(listener.Addr())
	s, err := suite.Open(ctx, suite.Config{Data: data, Store: t.store, Settings: d.settings, PublicURL: url, Log: t.log,
		Clock: clock.Stepped(config.Start), Patience: 10 * time.Second, Screen: screen(t.addr, cmp.Or(speed, console.Unbounded))})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.Tally.Follow(s.Into)
	served, stop := context.WithCancel(context.WithoutCancel(ctx))
	closed := make(chan error, 1)
	go func() { closed <- s.Serve(served, listener, nil) }()
	defer func() {
		stop()
		err = errors.Join(err, <-closed)
	}()
	fmt.Fprintf(t.err, "%d people, %d days from %s. Watch them at %s\n", config.Customers, config.Days, config.Start.Format(time.DateOnly), url)
	if err := d.play(ctx, t, s, config, speed); err != nil {
		return err
	}
	report := s.Tally.Report()
	if err := t.report(report, report.Write); err != nil {
		return err
	}
	fmt.Fprintf(t.err, "Ask why: %s explain -data %s -customer login=kunde-00001\n", program, data)
	return report.Check()
}

func (d *show) play(ctx context.Context, t *terminal, s *suite.Suite, c shop.Config, speed float64) error {
	next := time.Now()
	p := &player.Player{Clock: s.Clock, Broker: s.Broker, Store: s.Store, Speed: speed, Moved: func(at player.Progress) {
		if now := time.Now(); now.After(next) {
			next = now.Add(5 * time.Second)
			fmt.Fprintf(t.err, "%s  %d events\n", at.At.In(c.Start.Location()).Format("Mon 2 Jan 15:04"), at.Events)
		}
	}}
	if err := p.Play(ctx, shop.Days(c)); err != nil {
		return err
	}
	end := c.Start.AddDate(0, 0, c.Days)
	return p.Until(ctx, end.Add(d.after))
}

func (d *show) config() (shop.Config, float64, error) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		return shop.Config{}, 0, fmt.Errorf("demo: %w", err)
	}
	start, err := time.ParseInLocation(time.DateOnly, d.start, zone)
	switch {
	case err != nil || !sensible(start):
		return shop.Config{}, 0, misusef("demo: -start %q: expected YYYY-MM-DD in this century", d.start)
	case d.customers < 1 || d.customers > mostCustomers:
		return shop.Config{}, 0, misusef("demo: -customers %d: expected 1 to %d", d.customers, mostCustomers)
	case d.days < 1 || d.days > mostDays:
		return shop.Config{}, 0, misusef("demo: -days %d: expected 1 to %d", d.days, mostDays)
	}
	if err := passing("demo", d.after); err != nil {
		return shop.Config{}, 0, err
	}
	speed := 0.0
	if d.speed != "0" {
		if speed, err = clock.ParseSpeed(d.speed); err != nil {
			return shop.Config{}, 0, misusef("demo: %v", err)
		}
	}
	return shop.Config{Seed: d.seed, Customers: d.customers, Days: d.days, Start: start, Newsletter: true}, speed, nil
}
