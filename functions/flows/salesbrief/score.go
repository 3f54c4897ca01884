package salesbrief

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
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

// value is a score and what it is made of.
type value struct {
	parts []action.Part
	total int
}

func (v *value) add(name string, points, most int, format string, args ...any) {
	v.parts = append(v.parts, action.Part{Name: name, Points: points, Most: most, Saw: fmt.Sprintf(format, args...)})
	v.total += points
}

// because puts the score and all its parts into the trail.
func (v value) because(d flow.Decision, needed int) flow.Decision {
	d = d.Because("%d of 100, %d make a lead", v.total, needed)
	for _, p := range v.parts {
		d = d.Because("%s", said(p))
	}
	return d
}

func said(p action.Part) string {
	return fmt.Sprintf("%s %d of %d: %s", p.Name, p.Points, p.Most, p.Saw)
}

// value is the customer's score at a time, of what they did since their last order. It is
// between 0 and 100, and the same whatever came first.
func (s settings) value(c *profile.Profile, at time.Time, sensitive func(string) bool) (v value) {
	looked, read, turned := s.looks(c, at, sensitive), s.pages(c, at, sensitive), s.contacts(c, at)
	v.add("looks", perLook*min(looks, len(looked)), perLook*looks, "%d", len(looked))
	v.add("pages", perPage*min(pages, len(read)), perPage*pages, "%d", len(read))
	v.add("contacts", perContact*min(contacts, len(turned)), perContact*contacts, "%d", len(turned))
	if c.Company() != "" {
		v.add("company", company, company, "declared")
	} else {
		v.add("company", 0, company, "private")
	}
	v.fresh(slices.Concat(looked, read, turned), at)
	v.mood(c, at)
	return v
}

// fresh counts how new the middle one of all is.
func (v *value) fresh(all []time.Time, at time.Time) {
	if len(all) == 0 {
		v.add("recency", 0, today, "nothing")
		return
	}
	slices.SortFunc(all, func(a, b time.Time) int { return b.Compare(a) })
	const day = 24 * time.Hour
	switch age := at.Sub(all[(len(all)-1)/2]); {
	case age <= day:
		v.add("recency", today, today, "half within a day")
	case age <= 3*day:
		v.add("recency", days3, today, "half within three days")
	case age <= 7*day:
		v.add("recency", week, today, "half within a week")
	default:
		v.add("recency", 0, today, "half longer ago than a week")
	}
}

// mood counts the last answer to a survey. It takes no score below 0.
func (v *value) mood(c *profile.Profile, at time.Time) {
	scale := map[events.SurveyKind]float64{events.SurveyNPS: 10, events.SurveyCSAT: 5, events.SurveyCES: 7}
	for _, a := range c.Surveys {
		share := a.Score / scale[a.Kind]
		switch {
		case a.At.After(at) || scale[a.Kind] == 0:
			continue
		case share >= 0.9:
			v.add("survey", pleased, pleased, "gave %g of %g", a.Score, scale[a.Kind])
		case share <= 0.6:
			v.add("survey", -min(displeased, v.total), pleased, "gave %g of %g", a.Score, scale[a.Kind])
		default:
			v.add("survey", 0, pleased, "gave %g of %g", a.Score, scale[a.Kind])
		}
		return
	}
	v.add("survey", 0, pleased, "not asked")
}

// counts tells whether something that happened counts at a time: it is not too old, and
// no order came after it.
func (s settings) counts(c *profile.Profile, happened, at time.Time) bool {
	return !happened.After(at) && at.Sub(happened) <= s.Within && !c.OrderedSince(happened)
}

func (s settings) looks(c *profile.Profile, at time.Time, sensitive func(string) bool) (all []time.Time) {
	seen := map[string]bool{}
	for _, v := range c.Views {
		hour := v.SKU + v.At.Truncate(time.Hour).String()
		if s.shown(c, v, at, sensitive) && !seen[hour] {
			seen[hour] = true
			all = append(all, v.At)
		}
	}
	return all
}

// shown tells whether a view is one of a product that counts.
func (s settings) shown(c *profile.Profile, v profile.View, at time.Time, sensitive func(string) bool) bool {
	return v.SKU != "" && (c.Company() != "" || v.Price.Amount >= s.HighTicket) && s.counts(c, v.At, at) && !sensitive(v.SKU) && !sensitive(v.Category)
}

func (s settings) pages(c *profile.Profile, at time.Time, sensitive func(string) bool) (all []time.Time) {
	for _, v := range c.Views {
		if s.read(c, v, at, sensitive) {
			all = append(all, v.At)
		}
	}
	return all
}

// read tells whether a view is one of a page that counts.
func (s settings) read(c *profile.Profile, v profile.View, at time.Time, sensitive func(string) bool) bool {
	return s.asks(v) && s.counts(c, v.At, at) && !sensitive(v.Category) && !sensitive(v.SKU)
}

// asks tells whether somebody looks at such a page who wants to know a price.
func (s settings) asks(v profile.View) bool {
	return v.Kind == events.PageCalculator || v.SKU == "" && slices.Contains(s.Pages, v.Category)
}

func (s settings) contacts(c *profile.Profile, at time.Time) (all []time.Time) {
	for _, x := range c.Contacts {
		if sales(x) && s.counts(c, x.At, at) {
			all = append(all, x.At)
		}
	}
	return all
}

// sales tells whether a contact may be about what is to be bought.
func sales(x profile.Contact) bool {
	return x.OrderID == "" && !strings.Contains(strings.ToLower(x.Topic), "complaint")
}

// last is when the customer did last what counts, or answered a survey; zero if nothing
// counts since the last order.
func (s settings) last(c *profile.Profile) (last time.Time) {
	note := func(at time.Time) {
		if at.After(last) && !c.OrderedSince(at) {
			last = at
		}
	}
	for _, v := range c.Views {
		if v.SKU != "" || s.asks(v) {
			note(v.At)
		}
	}
	for _, x := range c.Contacts {
		if sales(x) {
			note(x.At)
		}
	}
	for _, a := range c.Surveys {
		note(a.At)
	}
	return last
}
