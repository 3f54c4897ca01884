package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/infra/local/clock"
	"redthread.dev/infra/local/imports"
	"redthread.dev/infra/local/player"
	"redthread.dev/infra/local/suite"
)

// play lets the file happen in a suite of its own.
func (b *bringing) play(ctx context.Context, t *terminal) (err error) {
	began := time.Now()
	s, err := suite.Open(ctx, suite.Config{Data: t.data, Store: t.store, Settings: b.settings, Log: t.log,
		// A slow disk must not change the order in which a customer's events happen.
		Clock: clock.Stepped(time.Time{}), Patience: 10 * time.Second,
		// After a power cut the import is begun again: events are known by their ids.
		SyncEvery: time.Minute})
	if err != nil {
		return err
	}
	defer func() {
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer cancel()
		err = errors.Join(err, s.Close(late))
	}()
	s.Tally.Follow(s.Into)
	shown := newProgress(t)
	p := &player.Player{Clock: s.Clock, Broker: s.Broker, Store: s.Store, Moved: func(at player.Progress) {
		shown.tell(func() string { return b.far(at.Events, began, at.At.Format(time.DateTime)) })
	}}
	if err := p.Play(ctx, b.all()); err != nil {
		return err
	}
	if err := p.Until(ctx, s.Clock.Now().Add(b.after)); err != nil {
		return err
	}
	shown.end()
	o, report := b.outcome(began), s.Tally.Report()
	o.Late, o.Until, o.Report = p.Progress().Late, s.Clock.Now(), &report
	if err := t.report(o, o.write); err != nil {
		return err
	}
	return errors.Join(b.failed, report.Check())
}

// postAll sends the events to a server.
func (b *bringing) postAll(ctx context.Context, t *terminal) error {
	const batch = 100
	began, to, shown := time.Now(), &sink{url: b.to}, newProgress(t)
	var waiting []events.Event
	flush := func() error {
		if len(waiting) == 0 {
			return nil
		}
		err := to.batch(ctx, waiting)
		waiting = waiting[:0]
		shown.tell(func() string { return b.far(b.events, began, "sent") })
		return err
	}
	for e := range b.all() {
		if waiting = append(waiting, e); len(waiting) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	shown.end()
	o := b.outcome(began)
	return errors.Join(t.report(o, o.write), b.failed)
}

// writeAll writes the events to a file, one a line.
func (b *bringing) writeAll(t *terminal) (err error) {
	began, shown := time.Now(), newProgress(t)
	out, report := t.out, t.err
	if b.out != "-" {
		f, err := os.Create(b.out)
		if err != nil {
			return fmt.Errorf("import: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out, report = f, t.out
	}
	w := bufio.NewWriter(out)
	for e := range b.all() {
		line, err := json.Marshal(e)
		if err == nil {
			_, err = w.Write(append(line, '\n'))
		}
		if err != nil {
			return fmt.Errorf("import: write %s: %w", events.Tag(e), err)
		}
		shown.tell(func() string { return b.far(b.events, began, "written") })
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("import: write %s: %w", b.out, err)
	}
	shown.end()
	o := b.outcome(began)
	to := *t
	to.out = report // not among the events
	return errors.Join(to.report(o, o.write), b.failed)
}

func refusals(counts map[imports.Reason]int64) string {
	if len(counts) == 0 {
		return " none"
	}
	var text strings.Builder
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&text, " %s %d", reason, counts[reason])
	}
	return text.String()
}

// far is how far the import is.
func (b *bringing) far(n int64, began time.Time, what string) string {
	rows, bytes := b.reader.Progress()
	part := ""
	if size := b.reader.Size(); size > 0 {
		part = fmt.Sprintf(" (%d %%)", bytes*100/size)
	}
	return fmt.Sprintf("%d rows%s, %d events, %.0f/s, %s", rows, part, n, float64(n)/time.Since(began).Seconds(), what)
}
