package calendar

import (
	"strings"
	"time"
	"unicode"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/se"
)

// Occasion is something that people give each other presents for, and that comes back
// every year.
type Occasion string

// The occasions. The first three are somebody's own and keep their date; the others are
// the calendar's.
const (
	Birthday    Occasion = "birthday"
	NameDay     Occasion = "name_day"
	Anniversary Occasion = "anniversary"

	Valentine   Occasion = "valentine"
	WomensDay   Occasion = "womens_day"
	Easter      Occasion = "easter"
	MothersDay  Occasion = "mothers_day"
	FathersDay  Occasion = "fathers_day"
	Midsummer   Occasion = "midsummer"
	Christmas   Occasion = "christmas"
	NewYearsEve Occasion = "new_years_eve"
)

// everywhere is instead of a country for a day that is the same in all those which are
// not named beside it.
const everywhere = ""

// days are those of the calendar's occasions, by country: when presents are given, which
// at Christmas is the 24th in Denmark and Sweden.
var days = map[Occasion]map[string]*cal.Holiday{
	Valentine:   {everywhere: date(time.February, 14)},
	WomensDay:   {everywhere: date(time.March, 8)},
	Easter:      {"DK": aa.Easter, "SE": aa.Easter},
	MothersDay:  {"DK": sunday(time.May, 2), "SE": sunday(time.May, -1)},
	FathersDay:  {"DK": dk.Grundlovsdag, "SE": sunday(time.November, 2)},
	Midsummer:   {"DK": date(time.June, 23), "SE": se.Midsommarafton},
	Christmas:   {"DK": date(time.December, 24), "SE": se.Julafton, everywhere: aa.ChristmasDay},
	NewYearsEve: {everywhere: date(time.December, 31)},
}

func date(month time.Month, day int) *cal.Holiday {
	return &cal.Holiday{Month: month, Day: day, Func: cal.CalcDayOfMonth}
}

// sunday is the n-th of a month, or the last, -1.
func sunday(month time.Month, n int) *cal.Holiday {
	return &cal.Holiday{Month: month, Weekday: time.Sunday, Offset: n, Func: cal.CalcWeekdayOffset}
}

// Own tells whether the occasion is somebody's own: no calendar has it.
func (o Occasion) Own() bool { return days[o] == nil }

// Day returns the occasion's day in a year and a country, by its two letters in ISO 3166-1,
// at midnight UTC. It is false for an occasion of somebody's own, and for one of which
// nothing is known in that country.
func (o Occasion) Day(country string, year int) (time.Time, bool) {
	h := days[o][country]
	if h == nil {
		h = days[o][everywhere]
	}
	if h == nil {
		return time.Time{}, false
	}
	at, _ := h.Calc(year)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC), true
}

// called are the occasions by what shops and their customers call them, in letters alone.
var called = func() map[string]Occasion {
	all := map[string]Occasion{}
	for o, names := range map[Occasion]string{
		Birthday:    "birthday bday fødselsdag födelsedag",
		NameDay:     "nameday navnedag namnsdag",
		Anniversary: "anniversary weddinganniversary bryllupsdag bröllopsdag årsdag",
		Valentine:   "valentine valentines valentinesday valentinsdag allahjärtansdag",
		WomensDay:   "womensday internationalwomensday kvindernesdag kvindernesinternationalekampdag kvinnodagen internationellakvinnodagen",
		Easter:      "easter påske påsk",
		MothersDay:  "mothersday morsdag",
		FathersDay:  "fathersday farsdag",
		Midsummer:   "midsummer midsummerseve sankthans midsommar midsommarafton",
		Christmas:   "christmas xmas christmaseve jul juleaften julegave julafton julklapp",
		NewYearsEve: "newyear newyears newyearseve nytår nytårsaften nyår nyårsafton",
	} {
		for _, name := range strings.Fields(names) {
			all[name] = o
		}
	}
	return all
}()

// OccasionOf returns the occasion that a text names, in English, Danish or Swedish and
// however it is written: mothers_day, Mother's Day, mors dag. It is false for one that
// does not come back every year, or is not known: a wedding, a funeral.
func OccasionOf(text string) (Occasion, bool) {
	o, ok := called[strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)]
	return o, ok
}
