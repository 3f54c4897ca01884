package flow

import (
	"errors"
	"time"
)

// Quiet is the hours of a day in which the shop does not write, From until To in
// the customer's own zone, written "21-08" or "21:30-08:00". The zero value is
// never quiet.
type Quiet struct{ From, To time.Duration }

// Decode reads quiet hours from a setting. The error says what is expected.
func (q *Quiet) Decode(s string) error {
	if s == "" || s == "off" {
		*q = Quiet{}
		return nil
	}
	var from, to string
	for i := range s {
		if s[i] == '-' {
			from, to = s[:i], s[i+1:]
		}
	}
	var errFrom, errTo error
	q.From, errFrom = clock(from)
	q.To, errTo = clock(to)
	if errFrom != nil || errTo != nil {
		return errors.New("expected quiet hours, e.g. 21-08 or 21:30-08:00, or off")
	}
	return nil
}

func clock(s string) (time.Duration, error) {
	layout := "15:04"
	if len(s) <= 2 {
		layout = "15"
	}
	t, err := time.Parse(layout, s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// At tells whether t is in quiet hours in the zone.
func (q Quiet) At(t time.Time, zone *time.Location) bool {
	if q.From == q.To {
		return false
	}
	l := t.In(zone)
	of := time.Duration(l.Hour())*time.Hour + time.Duration(l.Minute())*time.Minute + time.Duration(l.Second())*time.Second
	if q.From < q.To {
		return of >= q.From && of < q.To
	}
	return of >= q.From || of < q.To
}

// End returns the first time from t on that is outside quiet hours in the zone.
// On days when the clock jumps over the end, that is the first time after the jump.
func (q Quiet) End(t time.Time, zone *time.Location) time.Time {
	if !q.At(t, zone) {
		return t
	}
	l := t.In(zone)
	end := time.Date(l.Year(), l.Month(), l.Day(), int(q.To/time.Hour), int(q.To/time.Minute)%60, 0, 0, zone)
	if !end.After(t) {
		end = time.Date(l.Year(), l.Month(), l.Day()+1, int(q.To/time.Hour), int(q.To/time.Minute)%60, 0, 0, zone)
	}
	// Where the clock jumps, the end may come up to two hours earlier or later than
	// the calendar says, so the last stretch is walked.
	c := end.Add(-2 * time.Hour)
	if c.Before(t) {
		c = t
	}
	for c = c.Truncate(time.Minute); q.At(c, zone) || c.Before(t); {
		c = c.Add(time.Minute)
	}
	return c
}
