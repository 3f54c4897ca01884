package calendar

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/recordings"
)

// theirs are our days' names in the three sources, in lower case.
var theirs = map[string]string{
	"DK Skærtorsdag":            "skærtorsdag, holy thursday",
	"DK Langfredag":             "langfredag, good friday",
	"DK Påskedag":               "påskedag, easter sunday",
	"DK Anden påskedag":         "anden påskedag, easter monday",
	"DK Store bededag":          "store bededag",
	"DK Kristi himmelfartsdag":  "kristi himmelfartsdag, ascension thursday",
	"DK Pinsedag":               "pinsedag, pentecost sunday",
	"DK Anden pinsedag":         "anden pinsedag, pentecost monday",
	"DK easter":                 "påskedag, easter sunday",
	"DK mothers_day":            "mors dag",
	"DK fathers_day":            "grundlovsdag",
	"DK christmas":              "juleaftensdag, christmas eve",
	"SE långfredagen":           "långfredagen, good friday",
	"SE påskdagen":              "påskdagen, easter sunday",
	"SE annandag påsk":          "annandag påsk, easter monday",
	"SE Kristi himmelsfärdsdag": "kristi himmelsfärdsdag, ascension thursday",
	"SE pingstdagen":            "pingstdagen, pentecost",
	"SE midsommardagen":         "midsommardagen, midsummer's day",
	"SE alla helgons dag":       "alla helgons dag, all saints",
	"SE easter":                 "påskdagen, easter sunday",
	"SE mothers_day":            "mors dag",
	"SE midsummer":              "midsommarafton, midsummer's eve",
	"SE christmas":              "julafton, christmas eve",
	"SE new_years_eve":          "nyårsafton, new year's eve",
}

// alone are the days that only one of the three knows.
var alone = []string{"DK mothers_day", "SE mothers_day", "DK fathers_day"}

// sources reads who names what on which day: "DK 2026-05-10 mors dag" to the sources.
func sources(t *testing.T) map[string][]string {
	rows := recordings.Table(t, "occasions/holidays_dk_se_2015_2035_three_sources.csv", fmt.Sprintf("%d days of 2015 to 2035", len(theirs)))
	said := map[string][]string{}
	for _, row := range rows {
		key := row[1] + " " + row[2] + " " + strings.ToLower(row[3])
		if !slices.Contains(said[key], row[0]) {
			said[key] = append(said[key], row[0])
		}
	}
	return said
}

// ours are a year's days by our names.
func ours(country string, year int) map[string]string {
	all := map[string]string{}
	for _, h := range publicHolidays[country] {
		if at, _ := h.day.Calc(year); !at.IsZero() {
			all[country+" "+h.name] = at.Format(time.DateOnly)
		}
	}
	for o := range days {
		if at, ok := o.Day(country, year); ok {
			all[country+" "+string(o)] = at.Format(time.DateOnly)
		}
	}
	return all
}

func TestDaysAgreeWithTwoOfThreeSources(t *testing.T) {
	said, compared := sources(t), 0
	for year := 2015; year <= 2035; year++ {
		for _, country := range []string{"DK", "SE"} {
			mine := ours(country, year)
			for name, names := range theirs {
				day, there := mine[name]
				if !strings.HasPrefix(name, country) || !there {
					continue
				}
				agree := map[string]bool{}
				for _, n := range strings.Split(names, ", ") {
					for _, source := range said[country+" "+day+" "+n] {
						agree[source] = true
					}
				}
				want := 2
				if slices.Contains(alone, name) {
					want = 1
				}
				require.GreaterOrEqual(t, len(agree), want, "%s %s", name, day)
				compared++
			}
		}
	}
	require.Equal(t, 21*(len(theirs)-1)+9, compared, "Store bededag was nine times")
	t.Logf("%d days agree", compared)
}

func TestTheTrapsOfTheSources(t *testing.T) {
	for year := 2015; year <= 2035; year++ {
		_, bededag := ours("DK", year)["DK Store bededag"]
		require.Equal(t, year < 2024, bededag, "Store bededag in %d: it ended after 2023, which two of the sources do not know", year)

		month, day := EasterSunday(year)
		palm := time.Date(year, month, day-7, 0, 0, 0, 0, time.UTC)
		_, public := PublicHoliday("DK", year, palm.Month(), palm.Day())
		require.False(t, public, "palmesøndag %d, which one of the sources takes for a holiday", year)

		dk, _ := MothersDay.Day("DK", year)
		require.True(t, dk.Weekday() == time.Sunday && dk.Month() == time.May && dk.Day() > 7 && dk.Day() < 15, "the second Sunday of May: %s", dk)
		se, _ := MothersDay.Day("SE", year)
		require.True(t, se.Weekday() == time.Sunday && se.Month() == time.May && se.Day() > 24, "the last Sunday of May: %s", se)
	}
}

func TestOccasionsHaveTheirDays(t *testing.T) {
	for want, o := range map[string]Occasion{
		"DK 2026-05-10": MothersDay, "SE 2026-05-31": MothersDay, "DK 2024-05-12": MothersDay, "SE 2024-05-26": MothersDay,
		"DK 2026-06-05": FathersDay, "SE 2026-11-08": FathersDay, "SE 2026-06-19": Midsummer, "DK 2026-06-23": Midsummer,
		"DK 2026-12-24": Christmas, "GB 2026-12-25": Christmas, "GB 2026-02-14": Valentine, "SE 2027-03-28": Easter, "DK 2026-03-08": WomensDay,
	} {
		year := map[string]int{"2024": 2024, "2026": 2026, "2027": 2027}[want[3:7]]
		day, ok := o.Day(want[:2], year)
		require.True(t, ok)
		require.Equal(t, want, want[:2]+" "+day.Format(time.DateOnly), o)
	}
	for _, o := range []Occasion{Birthday, NameDay, Anniversary} {
		_, ok := o.Day("DK", 2026)
		require.False(t, ok)
		require.True(t, o.Own())
	}
	_, ok := MothersDay.Day("GB", 2026)
	require.False(t, ok, "Mothering Sunday is not in our calendar")
}

func TestOccasionsAreKnownByWhatPeopleCallThem(t *testing.T) {
	for text, want := range map[string]Occasion{
		"mothers_day": MothersDay, "Mother's Day": MothersDay, "Mors dag": MothersDay, "MORSDAG ": MothersDay,
		"fødselsdag": Birthday, "Födelsedag": Birthday, "birthday": Birthday, "Alla hjärtans dag": Valentine, "jul": Christmas,
		"New Year’s Eve": NewYearsEve, "wedding anniversary": Anniversary, "farsdag": FathersDay,
	} {
		o, ok := OccasionOf(text)
		require.True(t, ok, text)
		require.Equal(t, want, o, text)
	}
	for _, text := range []string{"", "wedding", "funeral", "begravelse", "graduation", "🎁", "just because"} {
		_, ok := OccasionOf(text)
		require.False(t, ok, "%q does not come back every year", text)
	}
}
