// Package score says how likely somebody is to buy, in named parts that a salesperson can
// read, of which each is counted and none is learnt.
package score

import (
	"fmt"
	"slices"
	"time"

	"redthread.dev/events"
	"redthread.dev/functions/flows/salesbrief/signals"
	"redthread.dev/shared/action"
	"redthread.dev/shared/profile"
)

// What each thing counts, and how many of it at most: the most of all parts is 100. Looking
// alone makes no lead of the 70 points that are needed: a company comes to 64 with it, so
// that it has to have asked for a price as well, and a private person to 50, and with all
// that pages tell to 68, so that they have to have turned to us.
const (
	perLook, looks       = 7, 5    // at a high-ticket product; a company's at any. The same product counts once an hour
	perPage, pages       = 6, 3    // of prices, of offers or of whom to talk to, and each use of a calculator
	perContact, contacts = 9, 2    // with customer service that is neither a complaint nor about an order
	company              = 14      // for being one: it buys again, and more
	pleased, displeased  = 6, 12   // for a last answer in the upper tenth of its scale, against one in the lower six
	today, days3, week   = 9, 7, 4 // half of the looks, pages and contacts are not older
)

// Score is how likely a customer is to buy, 0 to 100, and what that is made of.
type Score struct {
	Parts []action.Part
	Total int
}

func (s *Score) add(name string, points, most int, format string, args ...any) {
	s.Parts = append(s.Parts, action.Part{Name: name, Points: points, Most: most, Saw: fmt.Sprintf(format, args...)})
	s.Total += points
}

// Lines tell each part in a few words.
func (s Score) Lines() (lines []string) {
	for _, p := range s.Parts {
		lines = append(lines, fmt.Sprintf("%s %d of %d: %s", p.Name, p.Points, p.Most, p.Saw))
	}
	return lines
}

// Of is the customer's score at a time, of what was seen of them since their last order. It
// is the same whatever came first.
func Of(c *profile.Profile, seen signals.Seen, at time.Time) (s Score) {
	when := hourly(seen.Looks)
	s.add("looks", perLook*min(looks, len(when)), perLook*looks, "%d", len(when))
	s.add("pages", perPage*min(pages, len(seen.Pages)), perPage*pages, "%d", len(seen.Pages))
	s.add("contacts", perContact*min(contacts, len(seen.Contacts)), perContact*contacts, "%d", len(seen.Contacts))
	for _, v := range seen.Pages {
		when = append(when, v.At)
	}
	for _, x := range seen.Contacts {
		when = append(when, x.At)
	}
	if c.Company() != "" {
		s.add("company", company, company, "declared")
	} else {
		s.add("company", 0, company, "private")
	}
	s.fresh(when, at)
	s.mood(c, at)
	return s
}

// hourly are the times of looks, those at the same product once an hour.
func hourly(views []profile.View) (all []time.Time) {
	seen := map[string]bool{}
	for _, v := range views {
		if hour := v.SKU + v.At.Truncate(time.Hour).String(); !seen[hour] {
			seen[hour] = true
			all = append(all, v.At)
		}
	}
	return all
}

// fresh counts how new the middle one of all is.
func (s *Score) fresh(all []time.Time, at time.Time) {
	if len(all) == 0 {
		s.add("recency", 0, today, "nothing")
		return
	}
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	const day = 24 * time.Hour
	switch age := at.Sub(all[(len(all)-1)/2]); {
	case age <= day:
		s.add("recency", today, today, "half within a day")
	case age <= 3*day:
		s.add("recency", days3, today, "half within three days")
	case age <= 7*day:
		s.add("recency", week, today, "half within a week")
	default:
		s.add("recency", 0, today, "half longer ago than a week")
	}
}

// mood counts the last answer to a survey. It takes no score below 0.
func (s *Score) mood(c *profile.Profile, at time.Time) {
	scale := map[events.SurveyKind]float64{events.SurveyNPS: 10, events.SurveyCSAT: 5, events.SurveyCES: 7}
	for _, a := range c.Surveys {
		share := a.Score / scale[a.Kind]
		switch {
		case a.At.After(at) || scale[a.Kind] == 0:
			continue
		case share >= 0.9:
			s.add("survey", pleased, pleased, "gave %g of %g", a.Score, scale[a.Kind])
		case share <= 0.6:
			s.add("survey", -min(displeased, s.Total), pleased, "gave %g of %g", a.Score, scale[a.Kind])
		default:
			s.add("survey", 0, pleased, "gave %g of %g", a.Score, scale[a.Kind])
		}
		return
	}
	s.add("survey", 0, pleased, "not asked")
}
