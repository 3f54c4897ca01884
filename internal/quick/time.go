package quick

import (
	"time"
	"unsafe"
)

// readTime reads a time after RFC 3339.
func readTime(r *reader, _ *plan, at unsafe.Pointer) bool {
	text, ok := r.string()
	if !ok {
		return false
	}
	t, plain := r.time(text)
	if !plain && t.UnmarshalText([]byte(text)) != nil {
		return false
	}
	*(*time.Time)(at) = t
	return true
}

const day, seconds = "2006-01-02", "2006-01-02T15:04:05"

// time reads a time of UTC, as most are. Those of one text are often of one day.
func (r *reader) time(s string) (t time.Time, ok bool) {
	if len(s) <= len(seconds) || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return t, false
	}
	nano, ok := fraction(s[len(seconds):])
	hour, minute, second := two(s, 11), two(s, 14), two(s, 17)
	if !ok || uint(hour) > 23 || uint(minute) > 59 || uint(second) > 59 {
		return t, false
	}
	if r.day != s[:len(day)] {
		at, ok := midnight(s)
		if !ok {
			return t, false
		}
		r.day, r.midnight = s[:len(day)], at
	}
	return time.Unix(r.midnight+int64(3600*hour+60*minute+second), int64(nano)).UTC(), true
}

// midnight returns when the day begins, in seconds since 1970.
func midnight(s string) (int64, bool) {
	if s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	year, month, day := 100*two(s, 0)+two(s, 2), two(s, 5), two(s, 8)
	if year < 0 || month < 1 || day < 1 || day > 31 {
		return 0, false
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return at.Unix(), at.Day() == day && at.Month() == time.Month(month) // no 30 February, no month 13
}

// two reads two digits; it is far below zero when they are none.
func two(s string, i int) int {
	tens, units := s[i]-'0', s[i+1]-'0'
	if tens > 9 || units > 9 {
		return -100_000
	}
	return 10*int(tens) + int(units)
}

// fraction reads what follows the seconds: at most nine digits, and Z.
func fraction(s string) (nano int, ok bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) < len(".1Z") || len(s) > len(".123456789Z") || s[0] != '.' || s[len(s)-1] != 'Z' {
		return 0, false
	}
	digits := s[1 : len(s)-1]
	for i := range 9 {
		nano *= 10
		if i < len(digits) {
			if digits[i]-'0' > 9 {
				return 0, false
			}
			nano += int(digits[i] - '0')
		}
	}
	return nano, true
}

// writeTime writes a time after RFC 3339, to the nanosecond.
func writeTime(w *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	t := *(*time.Time)(at)
	year, month, day := t.Date()
	if t.Location() != time.UTC || t.Nanosecond() != 0 || year < 0 || year > 9999 {
		text, err := t.MarshalJSON()
		w.failed = w.failed || err != nil
		return append(b, text...)
	}
	hour, minute, second := t.Clock()
	b = append(b, `"0000-00-00T00:00:00Z"`...)
	to := b[len(b)-len(`0000-00-00T00:00:00Z"`):]
	put(to, year/100)
	put(to[2:], year%100)
	put(to[5:], int(month))
	put(to[8:], day)
	put(to[11:], hour)
	put(to[14:], minute)
	put(to[17:], second)
	return b
}

func put(to []byte, n int) { to[0], to[1] = '0'+byte(n/10), '0'+byte(n%10) }
