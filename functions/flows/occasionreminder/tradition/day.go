package tradition

import (
	"slices"
	"time"

	"redthread.dev/shared/calendar"
)

// Next returns the day of the next time in a country, at midnight UTC, and whether it is
// the day itself: where no day is known it is a year after the first order.
func (t Tradition) Next(country string) (day time.Time, known bool) {
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
func (t Tradition) whose(told time.Time, country string) string {
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

// First is the earliest day it can be, wherever the customer lives.
func (t Tradition) First() time.Time { return slices.MinFunc(t.anywhere(), time.Time.Compare) }

// Last is the latest day it can be.
func (t Tradition) Last() time.Time { return slices.MaxFunc(t.anywhere(), time.Time.Compare) }

func (t Tradition) anywhere() (all []time.Time) {
	if t.Occasion.Own() {
		day, _ := t.Next("")
		return []time.Time{day}
	}
	for _, country := range append(calendar.Countries(), "") {
		day, _ := t.Next(country)
		all = append(all, day)
	}
	return all
}
