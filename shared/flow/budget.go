package flow

import (
	"time"

	"redthread.dev/shared/thread"
)

// allowance is how much of a week's budget a priority may use: of 3, a low flow 1,
// a normal one 2, a high one all.
func (p Policy) allowance(priority string) int {
	switch priority {
	case "high":
		return p.Week
	case "normal":
		return (2*p.Week + 2) / 3
	}
	return (p.Week + 2) / 3
}

func rank(priority string) int {
	switch priority {
	case "high":
		return 2
	case "normal":
		return 1
	}
	return 0
}

// budget counts the marketing messages of the last 7 days, and of the day it is in
// the customer's zone. When it is
// used up it names the weakest contact of lower priority that stands in the way:
// if that one is still waiting to be sent, it gives way.
func (p Policy) budget(priority string, t *thread.Thread, now time.Time, zone *time.Location) ruling {
	var week, day int
	var weakest thread.Contact
	year, today := now.In(zone).Year(), now.In(zone).YearDay()
	for _, c := range t.Contacts {
		age := now.Sub(c.At)
		if !c.Message() || age >= 7*24*time.Hour {
			continue
		}
		week++
		if at := c.At.In(zone); at.Year() == year && at.YearDay() == today {
			day++
		}
		if rank(c.Priority) < rank(priority) && (weakest.Action == "" || rank(c.Priority) <= rank(weakest.Priority)) {
			weakest = c
		}
	}
	if week < p.allowance(priority) && day < p.Day {
		return ruling{}
	}
	return ruling{reason: Capped, displace: weakest}
}
