// Package hours reads opening hours in OpenStreetMap's opening_hours syntax, as a
// store writes them ("Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off"), and answers when
// the store is open, on its own clocks and with its country's holidays.
//
// The syntax is that of wiki.openstreetmap.org/wiki/Key:opening_hours/specification,
// with the liberties shops take: 10-18, 10.30, 9am, lukket, søn- og helligdage.
// Points in time (collection_times) are not opening hours and are refused.
package hours

import (
	"errors"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/calendar"
)

// Place is what opening hours mean something only together with.
type Place struct {
	// Country is the ISO 3166-1 alpha-2 code of the country whose public holidays PH
	// means: DK or SE. A text with PH is refused elsewhere, unless Holiday is set.
	Country string
	// Zone is what the clocks show; nil: UTC.
	Zone *time.Location
	// Geo is where the sun rises and sets; nil: at 06:00 and at 18:00.
	Geo *events.Geo
	// Holiday names the public holiday on a day, if it is one; nil: the country's.
	Holiday func(year int, month time.Month, day int) (name string, ok bool)
	// SchoolHoliday names the school holiday; nil: there are none, as schools' holidays
	// are set town by town in DK and SE.
	SchoolHoliday func(year int, month time.Month, day int) (name string, ok bool)
}

// Hours are a store's opening hours. They are immutable, and safe for concurrent use.
type Hours struct {
	rules    []*rule
	at       Place
	warnings []string
}

// Parse reads a text. Its error is a *SyntaxError that names the character where
// the text stops making sense.
func Parse(text string, at Place) (*Hours, error) {
	if at.Zone == nil {
		at.Zone = time.UTC
	}
	if slices.Contains(calendar.Countries(), at.Country) && at.Holiday == nil {
		at.Holiday = func(y int, m time.Month, d int) (string, bool) { return calendar.PublicHoliday(at.Country, y, m, d) }
	}
	p, err := parse(text, &at)
	if err != nil {
		var syntax *SyntaxError
		if errors.As(err, &syntax) {
			syntax.Text = text
		}
		return nil, err
	}
	return &Hours{rules: p.rules, at: at, warnings: p.warnings}, nil
}

// Warnings are what was read but cannot be heeded: SH where no school holidays are
// known.
func (h *Hours) Warnings() []string { return h.warnings }

// Interval is a time of being open, from Opens up to but not including Closes.
type Interval struct {
	Opens, Closes time.Time
	// Unknown says that the store may be open: its hours say "by appointment", or
	// leave the end open ("20:00+").
	Unknown bool
	// Note is the comment in the hours, or the name of the holiday they speak of.
	Note string
}

// Intervals are the times of being open, or maybe open, between two moments, in
// order and without overlap. Hours that go on past either moment are cut there.
func (h *Hours) Intervals(from, to time.Time) []Interval {
	var out []Interval
	if !from.Before(to) {
		return nil
	}
	for n := h.day(from); ; n++ {
		if !instant(n, 0, h.at.Zone).Before(to) {
			return out
		}
		out = h.appendDay(out, n, from, to)
	}
}

// appendDay adds a day's intervals, joined to those before where they touch and
// say the same.
func (h *Hours) appendDay(out []Interval, n int, from, to time.Time) []Interval {
	for _, s := range h.stretches(dateOf(n)) {
		if s.state == closed {
			continue
		}
		next := Interval{instant(n, s.from, h.at.Zone), instant(n, s.to, h.at.Zone), s.state == unknown, s.note}
		if next.Opens.Before(from) {
			next.Opens = from.In(h.at.Zone)
		}
		if next.Closes.After(to) {
			next.Closes = to.In(h.at.Zone)
		}
		if !next.Opens.Before(next.Closes) {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].joins(next) {
			out[last].Closes = next.Closes
			continue
		}
		out = append(out, next)
	}
	return out
}

func (i Interval) joins(next Interval) bool {
	return i.Closes.Equal(next.Opens) && i.Unknown == next.Unknown && i.Note == next.Note
}

// OpenAt tells whether the store is open at a moment, for certain.
func (h *Hours) OpenAt(t time.Time) bool {
	for _, i := range h.Intervals(t, t.Add(1)) {
		if !i.Unknown {
			return true
		}
	}
	return false
}

// horizon is how far ahead Next looks: any day of the year comes again within it.
const horizon = 400

// Next is the time of being open, for certain, that a moment is in, or else the
// first after it. It may have begun before the moment, the day before at the
// earliest. When the store never closes within the next 400 days closes is zero; when
// it does not open within them ok is false.
func (h *Hours) Next(t time.Time) (opens, closes time.Time, ok bool) {
	first := h.day(t)
	from, end := instant(first-1, 0, h.at.Zone), instant(first+horizon, 0, h.at.Zone)
	for n := first - 1; n < first+horizon; n++ {
		for _, i := range h.appendDay(nil, n, from, end) {
			switch {
			case i.Unknown:
			case i.Opens.Equal(closes):
				closes = i.Closes
			case closes.After(t):
				return opens, closes, true
			default:
				opens, closes = i.Opens, i.Closes
			}
		}
		if closes.After(t) && closes.Before(instant(n+1, 0, h.at.Zone)) {
			return opens, closes, true
		}
	}
	switch {
	case !closes.After(t):
		return time.Time{}, time.Time{}, false
	case closes.Equal(end):
		return opens, time.Time{}, true
	}
	return opens, closes, true
}

// day finds the day a moment is in.
func (h *Hours) day(t time.Time) int {
	y, m, d := t.In(h.at.Zone).Date()
	n := dayNumber(y, m, d)
	for t.Before(instant(n, 0, h.at.Zone)) {
		n--
	}
	for !t.Before(instant(n+1, 0, h.at.Zone)) {
		n++
	}
	return n
}
