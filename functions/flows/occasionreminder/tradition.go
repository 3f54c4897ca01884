package occasionreminder

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/calendar"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// tradition is what is remembered of one person's occasion: the presents of its last time.
type tradition struct {
	Occasion calendar.Occasion `json:"occasion,omitempty"` // none in a gift shop that was not told
	Presents []present         `json:"presents"`           // oldest first
}

// present is an order that was one.
type present struct {
	Order     string      `json:"order"`
	At        time.Time   `json:"at"`
	Recipient string      `json:"recipient,omitempty"`
	Date      events.Date `json:"date,omitempty"` // the day it was for, if that was told
	Lines     []line      `json:"lines"`
}

type line struct {
	SKU      string `json:"sku"`
	Name     string `json:"name,omitempty"`
	Category string `json:"category,omitempty"`
	Quantity int    `json:"quantity"`
}

// What is kept of presents: who buys more for one person is reminded of the latest.
const (
	keepPresents = 3
	keepUnsaid   = 12 // in a gift shop, of all orders
	keepLines    = 4
	keepText     = 80  // characters of a name
	keepCode     = 120 // bytes of a product's number, as in profiles: a longer one is none
)

func presentOf(o events.OrderPlaced, at time.Time) present {
	p := present{Order: tidy(o.OrderID), At: at, Recipient: tidy(o.Gift.Recipient), Date: o.Gift.Date}
	wrapped := slices.ContainsFunc(o.Lines, func(l events.Line) bool { return l.Gift })
	for _, l := range o.Lines {
		if (l.Gift || !wrapped) && len(p.Lines) < keepLines && len(l.SKU) <= keepCode {
			p.Lines = append(p.Lines, line{l.SKU, tidy(l.Name), tidy(l.Category), l.Quantity})
		}
	}
	return p
}

// tidy makes one line of a text that customers write, and no long one.
func tidy(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > keepText {
		return string(runes[:keepText-1]) + "…"
	}
	return text
}

// half is half a year: a present for the same person and occasion that much later is the
// next time's.
const half = 183 * 24 * time.Hour

// with adds a present, and forgets those of an earlier time. It is false for one that is
// known, or of an earlier time itself. It does not depend on the order of arrival.
func (t tradition) with(p present) (tradition, bool) {
	known := func(x present) bool { return x.Order == p.Order }
	if slices.ContainsFunc(t.Presents, known) {
		return t, false
	}
	t.Presents = append(slices.Clone(t.Presents), p)
	slices.SortFunc(t.Presents, func(a, b present) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Order, b.Order)) })
	keep, newest := keepUnsaid, t.Presents[len(t.Presents)-1].At
	if t.Occasion != "" {
		keep = keepPresents
		t.Presents = slices.DeleteFunc(t.Presents, func(x present) bool { return newest.Sub(x.At) >= half })
	}
	t.Presents = t.Presents[max(0, len(t.Presents)-keep):]
	return t, slices.ContainsFunc(t.Presents, known)
}

// apart are what is reminded of apart: where nobody says what an order is for, each day's.
func (t tradition) apart() (all []tradition) {
	if t.Occasion != "" && len(t.Presents) > 0 {
		return []tradition{t}
	}
	for _, p := range t.Presents {
		if n := len(all); n > 0 && date(p.At).Equal(date(all[n-1].Presents[0].At)) {
			all[n-1].Presents = append(all[n-1].Presents, p)
			continue
		}
		all = append(all, tradition{Presents: []present{p}})
	}
	return all
}

// next returns the day of the next time in a country, at midnight UTC, and whether it is
// the day itself: where no day is known it is a year after the first order.
func (t tradition) next(country string) (day time.Time, known bool) {
	base, near := date(t.Presents[0].At), date(t.Presents[len(t.Presents)-1].At)
	told := false
	for _, p := range t.Presents {
		if p.Date == "" {
			continue
		}
		if day, err := p.Date.In(time.UTC); err == nil {
			base, told = day, true
		}
	}
	if told {
		country = t.whose(base, country)
	}
	if base.After(near) || !told && t.Occasion.Own() {
		near = base
	}
	if _, ok := t.Occasion.Day(country, near.Year()); ok {
		return after(near, func(year int) time.Time {
			day, _ := t.Occasion.Day(country, year)
			return day
		}), true
	}
	return after(near, func(year int) time.Time { return anniversary(base, year) }), told
}

func date(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// whose is the country whose calendar has the occasion on the day that was told: that of
// the recipient.
func (t tradition) whose(told time.Time, country string) string {
	for _, c := range append([]string{country}, calendar.Countries()...) {
		if day, ok := t.Occasion.Day(c, told.Year()); ok && day.Equal(told) {
			return c
		}
	}
	return country
}

// after returns the time after the one of which a day is nearest.
func after(near time.Time, in func(year int) time.Time) time.Time {
	nearest := near.Year() - 1
	for year := near.Year(); year <= near.Year()+1; year++ {
		if in(year).Sub(near).Abs() < in(nearest).Sub(near).Abs() {
			nearest = year
		}
	}
	return in(nearest + 1)
}

// anniversary returns a day's date in a year. Who was born on 29 February has 28 February
// in common years: a present may be early, but not late.
func anniversary(day time.Time, year int) time.Time {
	at := time.Date(year, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if at.Month() != day.Month() {
		return at.AddDate(0, 0, -1)
	}
	return at
}

// first is the earliest day it can be, wherever the customer lives, and last the latest.
func (t tradition) first() time.Time { return slices.MinFunc(t.anywhere(), time.Time.Compare) }

func (t tradition) last() time.Time { return slices.MaxFunc(t.anywhere(), time.Time.Compare) }

func (t tradition) anywhere() (all []time.Time) {
	if t.Occasion.Own() {
		day, _ := t.next("")
		return []time.Time{day}
	}
	for _, country := range append(calendar.Countries(), "") {
		day, _ := t.next(country)
		all = append(all, day)
	}
	return all
}

// left are the products that did not come back.
func (t tradition) left(c *profile.Profile) (all []line) {
	for _, p := range t.Presents {
		for _, l := range p.Lines {
			if !slices.ContainsFunc(c.Returned, func(r profile.Returned) bool { return tidy(r.OrderID) == p.Order && slices.Contains(r.SKUs, l.SKU) }) {
				all = append(all, l)
			}
		}
	}
	return all
}

// settled tells why there is nothing to remind of at a time; empty when there is. An order
// of the last two months with the same product, and not said to be for somebody else, is
// likely this year's present.
func (t tradition) settled(c *profile.Profile, at time.Time) string {
	left, lately := t.left(c), at.AddDate(0, -2, 0)
	same := func(x profile.Line) bool {
		return slices.ContainsFunc(left, func(l line) bool { return l.SKU == x.SKU })
	}
	switch {
	case len(left) == 0:
		return "came back"
	case t.Occasion == "" && c.OrderedSince(lately):
		return "bought again already" // perhaps this year's: nobody said what it was for
	case slices.ContainsFunc(c.Placed, func(o profile.Placed) bool {
		return o.Gift == "" && o.At.After(lately) && slices.ContainsFunc(o.Lines, same)
	}):
		return "bought again already"
	}
	return ""
}

// keyed is a tradition under its key.
type keyed struct {
	key string
	tradition
}

// together are the presents to be reminded of for a day, in the order of their keys.
func (r reminder) together(c *profile.Profile, t *thread.Thread, day time.Time) (all []keyed) {
	for key, s := range t.Flows[name].Keys {
		var kept tradition
		if json.Unmarshal(s.Data, &kept) != nil {
			continue
		}
		for _, t := range kept.apart() {
			if on, _ := t.next(r.country(c)); on.Equal(day) && t.settled(c, r.before(day)) == "" {
				all = append(all, keyed{key, t})
			}
		}
	}
	slices.SortFunc(all, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	return all
}
