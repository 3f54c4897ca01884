package hours

import "time"

const dayMinutes = 24 * 60

// date is a day of the calendar, free of time zones. n counts days from 1970-01-01.
type date struct {
	n       int
	year    int
	month   time.Month
	day     int
	weekday time.Weekday
}

func dateOf(n int) date {
	t := time.Unix(int64(n)*86400, 0).UTC()
	y, m, d := t.Date()
	return date{n: n, year: y, month: m, day: d, weekday: t.Weekday()}
}

// dayNumber counts the days from 1970-01-01 to a day; a day beyond the month's
// end rolls into the next month, as with time.Date.
func dayNumber(year int, month time.Month, day int) int {
	s := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	return int((s - ((s%86400)+86400)%86400) / 86400)
}

func (d date) isoWeek() int {
	_, w := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC).ISOWeek()
	return w
}

func monthLength(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// longestMonth is the month's length in a leap year.
func longestMonth(month time.Month) int { return monthLength(2000, month) }

// nthWeekday finds the n-th (from the end when negative) weekday of a month.
func nthWeekday(year int, month time.Month, w time.Weekday, n int) (day int, ok bool) {
	length := monthLength(year, month)
	if n > 0 {
		first := dateOf(dayNumber(year, month, 1)).weekday
		day = 1 + (int(w)-int(first)+7)%7 + 7*(n-1)
	} else {
		last := dateOf(dayNumber(year, month, length)).weekday
		day = length - (int(last)-int(w)+7)%7 + 7*(n+1)
	}
	return day, day >= 1 && day <= length
}

// instant is the moment at which a zone's clocks show so many minutes after a
// day's midnight. When they show it twice (autumn) it is the first time, when they
// never show it (spring) it is the moment they are put forward, so instants never
// run backwards as minutes go on.
func instant(n, minute int, zone *time.Location) time.Time {
	wall := int64(n)*86400 + int64(minute)*60
	_, before := time.Unix(wall-86400, 0).In(zone).Zone()
	_, after := time.Unix(wall+86400, 0).In(zone).Zone()
	for _, offset := range []int{max(before, after), min(before, after)} {
		t := time.Unix(wall-int64(offset), 0).In(zone)
		if _, o := t.Zone(); o == offset {
			return t
		}
	}
	t := time.Unix(wall-int64(min(before, after)), 0).In(zone)
	if start, _ := t.ZoneBounds(); !start.IsZero() {
		return start
	}
	return t
}
