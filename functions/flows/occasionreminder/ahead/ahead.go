// Package ahead is when to remind of a day: some days ahead of it.
package ahead

import (
	"time"

	"redthread.dev/functions/flows/occasionreminder/tradition"
)

// Days is how many days before a day.
type Days int

// Before is when to write about a day: in the middle of the morning in Denmark and Sweden.
// Where it is night then, the policy puts it off.
func (d Days) Before(day time.Time) time.Time {
	return day.AddDate(0, 0, -int(d)).Add(8 * time.Hour)
}

// Upcoming is when it is time next for anything of a tradition, wherever the customer lives,
// after a time; false: nothing comes after it.
func (d Days) Upcoming(t tradition.Tradition, after time.Time) (next time.Time, ok bool) {
	for _, one := range t.Apart() {
		if at := d.Before(one.First()); at.After(after) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// Due is what of a tradition it is time for, the latest of it; false: nothing yet.
func (d Days) Due(t tradition.Tradition, now time.Time) (due tradition.Tradition, ok bool) {
	for _, one := range t.Apart() {
		if !d.Before(one.First()).After(now) {
			due, ok = one, true
		}
	}
	return due, ok
}
