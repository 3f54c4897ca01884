package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"redthread.dev/shared/flow/replay"
)

// customerRow is what was decided about one customer: by the flow as it is set, and with
// each choice that was tried.
type customerRow struct {
	Profile string       `json:"profile"`
	As      replay.Row   `json:"as_set"`
	Tried   []replay.Row `json:"tried"` // in the order of the verdict's
}

// outlet is where customers' rows go.
type outlet struct {
	text io.Writer     // lines for people; nil: none
	csv  *csv.Writer   // nil: none
	file io.Closer     // under csv
	kept []customerRow // for the JSON object
	keep bool
}

// outlet opens what rows are written to.
func (x *trial) outlet() (*outlet, error) {
	o := &outlet{keep: x.perCustomer && x.terminal.json}
	if x.perCustomer && !x.terminal.json {
		o.text = x.terminal.out
	}
	switch x.csv {
	case "":
		return o, nil
	case "-":
		o.csv = csv.NewWriter(x.terminal.out)
	default:
		f, err := os.Create(x.csv)
		if err != nil {
			return nil, fmt.Errorf("replay: -csv: %w", err)
		}
		o.csv, o.file = csv.NewWriter(f), f
	}
	head := append([]string{"profile"}, rowNames...)
	for i := range x.choices {
		for _, name := range rowNames {
			head = append(head, fmt.Sprintf("tried_%d_%s", i+1, name))
		}
	}
	return o, o.csv.Write(head)
}

var rowNames = []string{"decisions", "actions", "refused", "conversions", "held_out", "waiting"}

func fields(r replay.Row) []string {
	return []string{strconv.Itoa(r.Decisions), strconv.Itoa(r.Actions), strconv.Itoa(r.Refused), strconv.Itoa(r.Conversions),
		strconv.FormatBool(r.HeldOut), strconv.Itoa(r.Waiting)}
}

// row writes one customer's. Of those about whom nothing was decided there is none.
func (o *outlet) row(profile string, rows []replay.Row) error {
	decided := 0
	for _, r := range rows {
		decided += r.Decisions
	}
	if decided == 0 {
		return nil
	}
	if o.keep {
		o.kept = append(o.kept, customerRow{Profile: profile, As: rows[0], Tried: slices.Clone(rows[1:])})
	}
	var err error
	if o.csv != nil {
		line := []string{profile}
		for _, r := range rows {
			line = append(line, fields(r)...)
		}
		err = o.csv.Write(line)
	}
	if o.text != nil {
		_, e := fmt.Fprintln(o.text, profile+": "+said(rows))
		err = errors.Join(err, e)
	}
	return err
}

// said is a customer's rows in words.
func said(rows []replay.Row) string {
	asSet := counted(rows[0])
	said := asSet
	for i, row := range rows[1:] {
		tried := counted(row)
		if tried == asSet {
			tried = "the same"
		}
		said += "; " + triedName(i, len(rows)-1) + ": " + tried
	}
	return said
}

// triedName tells one choice, counted from 0, of so many from the others.
func triedName(i, of int) string {
	if of == 1 {
		return "tried"
	}
	return fmt.Sprintf("tried %d", i+1)
}

func counted(r replay.Row) string {
	text := fmt.Sprintf("%d decisions, %d actions, %d refused, %d conversions", r.Decisions, r.Actions, r.Refused, r.Conversions)
	if r.HeldOut {
		text += ", held out"
	}
	if r.Waiting > 0 {
		text += fmt.Sprintf(", %d timers waiting", r.Waiting)
	}
	return text
}

func (o *outlet) close() error {
	var err error
	if o.csv != nil {
		o.csv.Flush()
		err = o.csv.Error()
	}
	if o.file != nil {
		err = errors.Join(err, o.file.Close())
	}
	if err != nil {
		return fmt.Errorf("replay: write customers: %w", err)
	}
	return nil
}

// pace tells on standard error how far a replay has come, once a second.
type pace struct {
	out  io.Writer
	next time.Time
	told bool
}

func (p *pace) tell(at replay.Progress) {
	now := time.Now()
	if p.next.IsZero() {
		p.next = now.Add(time.Second)
	}
	if now.Before(p.next) {
		return
	}
	p.next, p.told = now.Add(time.Second), true
	if at.Read > 0 {
		fmt.Fprintf(p.out, "read %s events of the journal\n", thousands(at.Read))
		return
	}
	fmt.Fprintf(p.out, "played %s customers, %s decisions\n", thousands(at.Customers), thousands(at.Decisions))
}

func (p *pace) end() { p.next = time.Time{} }

// thousands writes 1234567 as 1,234,567.
func thousands(n int) string {
	text := strconv.Itoa(n)
	from := 0
	if n < 0 {
		from = 1
	}
	for i := len(text) - 3; i > from; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
