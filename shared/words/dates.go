package words

import (
	"fmt"
	"time"
)

var months = map[string][12]string{
	"da": {"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
	"sv": {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var weekdays = map[string][7]string{
	"da": {"søndag", "mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag"},
	"sv": {"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
	"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// Date writes a day with its year, in the zone of t: "3. december 2026", "3 december 2026",
// "3 December 2026". Put t in the customer's or the store's zone first, with t.In.
func Date(t time.Time, locale string) string {
	return fmt.Sprintf("%s %d", dayAndMonth(t, Locale(locale, "")), t.Year())
}

// Day writes a day near enough to need no year: "torsdag den 3. december", "torsdag 3 december",
// "Thursday 3 December".
func Day(t time.Time, locale string) string {
	locale = Locale(locale, "")
	the := " "
	if locale == "da" {
		the = " den "
	}
	return weekdays[locale][t.Weekday()] + the + dayAndMonth(t, locale)
}

// Clock writes the time of day, to the minute, in the zone of t: "14.30" in Danish and Swedish,
// as opening hours are told in them, and "14:30" in English.
func Clock(t time.Time, locale string) string {
	if Locale(locale, "") == "en" {
		return t.Format("15:04")
	}
	return t.Format("15.04")
}

func dayAndMonth(t time.Time, locale string) string {
	dot := ""
	if locale == "da" {
		dot = "."
	}
	return fmt.Sprintf("%d%s %s", t.Day(), dot, months[locale][t.Month()-1])
}

// Plural chooses the word that goes with a count: one for 1 and -1, else many. Danish, Swedish
// and English need no more forms (Unicode CLDR 46, plural rules).
func Plural(n int, one, many string) string {
	if n == 1 || n == -1 {
		return one
	}
	return many
}
