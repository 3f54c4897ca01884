package calendar

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"redthread.dev/tests/recordings"
)

// listed is one holiday of OpenStreetMap's list for a country.
type listed struct {
	Name     string `yaml:"name"`
	Fixed    []int  `yaml:"fixed_date"`
	Variable string `yaml:"variable_date"`
	Offset   int    `yaml:"offset"`
}

// in computes the day from the Gauss–Meeus–Jones–Butcher Easter, so that it owes
// nothing to the library we take ours from.
func (l listed) in(year int) time.Time {
	on := func(m, d int) time.Time { return time.Date(year, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	saturday := func(t time.Time) time.Time { return t.AddDate(0, 0, (6-int(t.Weekday())+7)%7) }
	switch l.Variable {
	case "easter":
		m, d := butcher(year)
		return on(m, d+l.Offset)
	case "nextSaturday20Jun":
		return saturday(on(6, 20))
	case "nextSaturday31Oct":
		return saturday(on(10, 31))
	}
	return on(l.Fixed[0], l.Fixed[1])
}

func butcher(year int) (month, day int) {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month = (h + l - 7*m + 90) / 25
	return month, (h + l - 7*m + 33*month + 19) % 32
}

func TestHolidaysAreThoseOfOpenStreetMapsLists(t *testing.T) {
	for country, file := range map[string]string{"DK": "holidays_dk.yaml", "SE": "holidays_se.yaml"} {
		body, err := io.ReadAll(recordings.Open(t, "stores/"+file, "the holidays of 2015 to 2035 in 2 countries"))
		require.NoError(t, err)
		var list struct {
			PH []listed `yaml:"PH"`
		}
		require.NoError(t, yaml.Unmarshal(body, &list))
		for year := 2015; year <= 2035; year++ {
			want := map[string]bool{}
			for _, l := range list.PH {
				want[l.in(year).Format(time.DateOnly)] = true
			}
			if country == "DK" && year < 2024 { // their list is of today; Store bededag was one then
				m, d := butcher(year)
				want[time.Date(year, time.Month(m), d+26, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)] = true
			}
			require.Equal(t, want, holidaysIn(country, year), "%s %d", country, year)
		}
	}
}

func holidaysIn(country string, year int) map[string]bool {
	days := map[string]bool{}
	for d := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); d.Year() == year; d = d.AddDate(0, 0, 1) {
		if _, ok := PublicHoliday(country, d.Year(), d.Month(), d.Day()); ok {
			days[d.Format(time.DateOnly)] = true
		}
	}
	return days
}

// TestHolidaysAgreeWithAThirdList compares with the public holidays of the npm package
// date-holidays, which holds Grundlovsdag and 24 December for lesser days.
func TestHolidaysAgreeWithAThirdList(t *testing.T) {
	rows := recordings.Table(t, "occasions/holidays_dk_se_2015_2035_three_sources.csv", "the holidays of 2015 to 2035 in 2 countries")
	theirs := map[string]map[string]bool{"DK": {}, "SE": {}}
	for _, row := range rows {
		if row[0] == "date-holidays@3.37.0" && row[4] == "public" {
			theirs[row[1]][row[2]] = true
		}
	}
	for country, days := range theirs {
		require.NotEmpty(t, days)
		for year := 2015; year <= 2035; year++ {
			for day := range holidaysIn(country, year) {
				byLaw := country == "DK" && (day[5:] == "06-05" || day[5:] == "12-24")
				require.True(t, days[day] || byLaw, "%s %s is not in their list", country, day)
				delete(days, day)
			}
		}
		for day := range days {
			t.Logf("only theirs: %s %s", country, day)
		}
		require.Empty(t, days, country)
	}
}

func TestHolidaysGoByTheirNames(t *testing.T) {
	for day, want := range map[string]string{
		"2026-05-25 DK": "Anden pinsedag", "2023-05-05 DK": "Store bededag", "2024-04-26 DK": "", "2026-12-24 DK": "Juleaftensdag",
		"2017-06-05 DK": "Grundlovsdag", // and Anden pinsedag
		"2026-06-20 SE": "midsommardagen", "2026-06-19 SE": "", "2026-04-05 SE": "påskdagen", "2026-01-06 SE": "trettondedag jul",
		"2026-07-14 FR": "",
	} {
		d, err := time.Parse(time.DateOnly, day[:10])
		require.NoError(t, err)
		name, _ := PublicHoliday(day[11:], d.Year(), d.Month(), d.Day())
		require.Equal(t, want, name, day)
	}
}
