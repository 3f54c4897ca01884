package hours

import (
	"time"

	"redthread.dev/shared/calendar"
)

// years matches calendar years, from 2024 to 2030 or, open, from 2024 on.
type years struct{ from, to, step int }

const forever = 9999

func (y years) matches(d date, _ *Place) (string, bool) {
	return "", d.year >= y.from && d.year <= y.to && (d.year-y.from)%max(y.step, 1) == 0
}

// weeks matches ISO 8601 weeks.
type weeks struct{ from, to, step int }

func (w weeks) matches(d date, _ *Place) (string, bool) {
	n := d.isoWeek()
	return "", n >= w.from && n <= w.to && (n-w.from)%max(w.step, 1) == 0
}

// weekdays matches a range of weekdays or, with nth, some of a month's (-1 is the
// last), moved by so many days.
type weekdays struct {
	from, to time.Weekday
	nth      []int
	offset   int
}

func (w weekdays) matches(d date, _ *Place) (string, bool) {
	if w.offset != 0 {
		d = dateOf(d.n - w.offset)
	}
	if (d.weekday-w.from+7)%7 > (w.to-w.from+7)%7 {
		return "", false
	}
	if len(w.nth) == 0 {
		return "", true
	}
	first, last := (d.day-1)/7+1, -(monthLength(d.year, d.month)-d.day)/7-1
	for _, n := range w.nth {
		if n == first || n == last {
			return "", true
		}
	}
	return "", false
}

// holiday matches public (PH) or school holidays (SH), or the days so many days
// after or before them.
type holiday struct {
	school bool
	offset int
}

func (h holiday) matches(d date, at *Place) (string, bool) {
	named := at.Holiday
	if h.school {
		named = at.SchoolHoliday
	}
	if named == nil {
		return "", false
	}
	day := dateOf(d.n - h.offset)
	name, ok := named(day.year, day.month, day.day)
	switch {
	case ok && h.offset < 0:
		name = "before " + name
	case ok && h.offset > 0:
		name = "after " + name
	}
	return name, ok
}

// endpoint is one end of a range of dates: a day, a whole month, the n-th weekday
// of a month, or Easter Sunday, moved by so many days. Year 0 is every year.
type endpoint struct {
	year    int
	month   time.Month
	day     int // 0: the whole month
	weekday time.Weekday
	nth     int // 0: no weekday
	easter  bool
	offset  int
}

// in returns the first day the endpoint means in a year, or the last.
func (e endpoint) in(year int, last bool) (n int, ok bool) {
	day, month := e.day, e.month
	switch {
	case e.easter:
		month, day = calendar.EasterSunday(year)
	case e.nth != 0:
		if day, ok = nthWeekday(year, month, e.weekday, e.nth); !ok {
			return 0, false
		}
	case day == 0 && last:
		day = monthLength(year, month)
	case day == 0:
		day = 1
	case last:
		day = min(day, monthLength(year, month))
	}
	return dayNumber(year, month, day) + e.offset, true
}

// dates matches a range of dates, every step-th of it.
type dates struct {
	from, to endpoint
	step     int
}

func (r dates) matches(d date, _ *Place) (string, bool) {
	first, last := d.year-1, d.year+1
	if r.from.year != 0 {
		first, last = r.from.year, r.from.year
	}
	for year := first; year <= last; year++ {
		if from, to, ok := r.in(year); ok && d.n >= from && d.n <= to {
			return "", (d.n-from)%max(r.step, 1) == 0
		}
	}
	return "", false
}

// usual is about which day of a year, of 31-day months, the endpoint is.
func (e endpoint) usual(last bool) int {
	month, day := e.month, e.day
	switch {
	case e.month != 0 && day == 0 && e.nth == 0 && last:
		day = 31
	case e.month != 0 && day == 0 && e.nth == 0:
		day = 1
	case e.easter:
		month, day = time.April, 8
	case e.nth > 0:
		day = 7*e.nth - 3
	case e.nth < 0:
		day = 35 + 7*e.nth
	}
	return int(month)*31 + day + e.offset
}

// in returns the range that begins in a year; one from a later to an earlier month
// ends in the next year. That is settled by when the days usually are: easter-Apr 20
// is nothing in a year with a late Easter, rather than all the year.
func (r dates) in(year int) (from, to int, ok bool) {
	if r.from == r.to && r.from.day > monthLength(year, max(r.from.month, 1)) {
		return 0, 0, false // 29 February
	}
	from, ok = r.from.in(year, false)
	if !ok {
		return 0, 0, false
	}
	if r.to.year != 0 {
		to, ok = r.to.in(r.to.year, true)
		return from, to, ok
	}
	if r.to.usual(true) < r.from.usual(false) {
		year++
	}
	to, ok = r.to.in(year, true)
	return from, to, ok
}
