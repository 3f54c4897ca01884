package events

import (
	"fmt"
	"time"
)

// Date is a day in no particular time zone, YYYY-MM-DD (RFC 3339, full-date).
type Date string

// DateOf returns the day that t is on where t is.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// In returns the first moment of the day in loc.
func (d Date) In(loc *time.Location) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, string(d), loc)
	if err != nil {
		return time.Time{}, fmt.Errorf("date %q: expected YYYY-MM-DD", string(d))
	}
	return t, nil
}
