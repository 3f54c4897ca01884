// Package calendar is the one calendar of Denmark and Sweden: public holidays, and the
// occasions on which people give each other something. Days that move are computed, those
// that hang on Easter by the Gregorian computus of Meeus, Jones and Butcher (Jean Meeus,
// "Astronomical Algorithms", 1991, chapter 8), which github.com/rickar/cal has.
package calendar

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/se"
)

// observed is a public holiday under the name people know it by.
type observed struct {
	name string
	day  *cal.Holiday
}

// publicHolidays are what PH means in a country, as OpenStreetMap's evaluators
// understand it. The days are the library's; which of them count is not:
//   - its Danish list lacks Easter Sunday and Whit Sunday, and 24 December, on which
//     the Danish Shops Act closes the shops as it does on holidays;
//   - its Swedish list lacks Easter Sunday and Whit Sunday, and holds the eves of
//     Midsummer, Christmas and New Year, which the act on public holidays (1989:253)
//     does not name: a shop that closes on them says so.
//
// Store Bededag ended after 2023, and the library knows it.
var publicHolidays = map[string][]observed{
	"DK": {
		{"Nytårsdag", dk.Nytaarsdag},
		{"Skærtorsdag", dk.Skaertorsdag},
		{"Langfredag", dk.Langfredag},
		{"Påskedag", aa.Easter},
		{"Anden påskedag", dk.AndenPaaskedag},
		{"Store bededag", dk.StoreBededag},
		{"Kristi himmelfartsdag", dk.KristiHimmelfartsdag},
		{"Pinsedag", aa.Pentecost},
		{"Anden pinsedag", dk.AndenPinsedag},
		{"Grundlovsdag", dk.Grundlovsdag},
		{"Juleaftensdag", &cal.Holiday{Month: time.December, Day: 24, Func: cal.CalcDayOfMonth}},
		{"Juledag", dk.Juledag},
		{"Anden juledag", dk.AndenJuledag},
	},
	"SE": {
		{"nyårsdagen", se.Nyarsdagen},
		{"trettondedag jul", se.TrettondedagJul},
		{"långfredagen", se.Langfredagen},
		{"påskdagen", se.Paskdagen},
		{"annandag påsk", se.AnnandagPask},
		{"första maj", se.ForstaMaj},
		{"Kristi himmelsfärdsdag", se.KristiHimmelfardsdag},
		{"pingstdagen", se.Pingstdagen},
		{"nationaldagen", se.Nationaldagen},
		{"midsommardagen", se.Midsommardagen},
		{"alla helgons dag", se.AllaHelgonsDag},
		{"juldagen", se.Juldagen},
		{"annandag jul", se.AnnandagJul},
	},
}

type countryYear struct {
	country string
	year    int
}

type monthDay struct {
	month time.Month
	day   int
}

var holidayYears sync.Map // countryYear → map[monthDay]string

// PublicHoliday returns the name of a country's public holiday on a day, in the
// country's language. It knows DK and SE. When two fall on one day it is the later
// of the law's list (Grundlovsdag, not Anden pinsedag).
func PublicHoliday(country string, year int, month time.Month, day int) (name string, ok bool) {
	key := countryYear{country, year}
	days, cached := holidayYears.Load(key)
	if !cached {
		days = holidaysOf(key)
		if year >= 1970 && year < 2170 { // no year a shop lives in is computed twice
			holidayYears.Store(key, days)
		}
	}
	name, ok = days.(map[monthDay]string)[monthDay{month, day}]
	return name, ok
}

func holidaysOf(key countryYear) map[monthDay]string {
	days := map[monthDay]string{}
	for _, h := range publicHolidays[key.country] {
		if at, _ := h.day.Calc(key.year); !at.IsZero() {
			days[monthDay{at.Month(), at.Day()}] = h.name
		}
	}
	return days
}

// Countries are those whose days are known.
func Countries() []string { return slices.Sorted(maps.Keys(publicHolidays)) }

// EasterSunday returns the month and the day.
func EasterSunday(year int) (time.Month, int) {
	at, _ := aa.Easter.Calc(year)
	return at.Month(), at.Day()
}
