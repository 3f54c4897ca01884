package hours

import (
	"fmt"
	"strings"
	"time"
)

// phrasing is how a language speaks of opening hours.
type phrasing struct {
	today, always, closed string
	opens                 string // day, time
	tomorrow              string
	weekday, date         string // weekday; day of the month, month
	and, colon            string // between times; between hours and minutes
	wholeHours            bool   // 10 rather than 10:00
	weekdays              [7]string
	months                [12]string
}

var phrasings = map[string]phrasing{
	"da": {
		today: "i dag", always: "døgnåbent", closed: "lukket", opens: "åbner %s kl. %s", tomorrow: "i morgen",
		weekday: "%s", date: "den %d. %s", and: " og ", colon: ".", wholeHours: true,
		weekdays: [7]string{"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"},
		months: [12]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september",
			"oktober", "november", "december"},
	},
	"sv": {
		today: "i dag", always: "dygnet runt", closed: "stängt", opens: "öppnar %s kl. %s", tomorrow: "i morgon",
		weekday: "på %s", date: "den %d %s", and: " och ", colon: ".", wholeHours: true,
		weekdays: [7]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
		months: [12]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
			"oktober", "november", "december"},
	},
	"en": {
		today: "today", always: "open day and night", closed: "closed", opens: "opens %s at %s", tomorrow: "tomorrow",
		weekday: "on %s", date: "on %d %s", and: " and ", colon: ":",
		weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September",
			"October", "November", "December"},
	},
}

// Describe says in a few words what a customer who reads a mail at a moment wants to
// know: "i dag 10–18" while there is something left of today's hours, else "åbner
// i morgen kl. 10", "åbner mandag kl. 10" or "åbner den 27. december kl. 10". It
// speaks Danish, Swedish and, to any other locale, English. It speaks of certain
// hours; when there are none within 400 days it is the comment in the hours ("by
// appointment"), or "lukket".
func (h *Hours) Describe(t time.Time, locale string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-")
	say, ok := phrasings[language]
	if !ok {
		say = phrasings["en"]
	}
	opens, closes, ok := h.Next(t)
	today := h.day(t)
	switch {
	case !ok:
		return h.perhaps(t, say.closed)
	case closes.IsZero() && !opens.After(t):
		return say.always
	case h.day(opens) <= today && !closes.IsZero():
		return say.today + " " + h.rest(opens, today, say)
	}
	return fmt.Sprintf(say.opens, say.day(dateOf(h.day(opens)), today), say.clock(opens))
}

// perhaps is the shop's own word for when it may be open within a week, such as
// "efter aftale".
func (h *Hours) perhaps(t time.Time, otherwise string) string {
	for _, i := range h.Intervals(t, t.AddDate(0, 0, 7)) {
		if i.Note != "" {
			return i.Note
		}
	}
	return otherwise
}

// rest lists the hours from a moment on that begin by the end of a day. Past midnight it is
// only those that are on: the evening's, which would read the same, are hours away.
func (h *Hours) rest(from time.Time, day int, say phrasing) string {
	end := instant(day+1, 0, h.at.Zone)
	var spans []string
	for from.Before(end) && len(spans) < 4 { // nobody reads more
		opens, closes, ok := h.Next(from)
		if !ok || !opens.Before(end) || closes.IsZero() {
			break
		}
		spans = append(spans, say.clock(opens)+"–"+say.clock(closes))
		if h.day(opens) < day {
			break
		}
		from = closes
	}
	if last := len(spans) - 1; last > 0 {
		return strings.Join(spans[:last], ", ") + say.and + spans[last]
	}
	return strings.Join(spans, "")
}

func (say phrasing) day(d date, today int) string {
	switch {
	case d.n == today:
		return say.today
	case d.n == today+1:
		return say.tomorrow
	case d.n < today+7:
		return fmt.Sprintf(say.weekday, say.weekdays[d.weekday])
	}
	return fmt.Sprintf(say.date, d.day, say.months[d.month-1])
}

func (say phrasing) clock(t time.Time) string {
	if say.wholeHours && t.Minute() == 0 {
		return fmt.Sprint(t.Hour())
	}
	if say.wholeHours {
		return fmt.Sprintf("%d%s%02d", t.Hour(), say.colon, t.Minute())
	}
	return fmt.Sprintf("%02d%s%02d", t.Hour(), say.colon, t.Minute())
}
