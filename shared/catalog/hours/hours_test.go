package hours

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

func copenhagen(t testing.TB) Place {
	return Place{Country: "DK", Zone: zone(t, "Europe/Copenhagen")}
}

func parsed(t testing.TB, text string, at Place) *Hours {
	t.Helper()
	h, err := Parse(text, at)
	require.NoError(t, err)
	return h
}

// days lists what is open on some days, as "24 Mon 10:00-14:00".
func days(h *Hours, from time.Time, n int) string {
	var lines []string
	for _, i := range h.Intervals(from, from.AddDate(0, 0, n)) {
		line := i.Opens.Format("02 Mon 15:04-") + i.Closes.Format("15:04")
		if i.Unknown {
			line += "?"
		}
		if i.Note != "" {
			line += " " + i.Note
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestADanishShopsHours(t *testing.T) {
	at := copenhagen(t)
	from := func(day string) time.Time {
		d, err := time.ParseInLocation(time.DateOnly, day, at.Zone)
		require.NoError(t, err)
		return d
	}
	for name, c := range map[string]struct {
		hours, from string
		days        int
		want        string
	}{
		"is closed on public holidays and open on Christmas Eve when it says so": {
			"Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off; Dec 24 10:00-14:00", "2026-12-23", 6,
			"23 Wed 10:00-18:00, 24 Thu 10:00-14:00, 28 Mon 10:00-18:00"},
		"was closed on Store Bededag in 2023": {"10:00-18:00; PH off", "2023-05-05", 1, ""},
		"is open on the fourth Friday after Easter since 2024": {
			"10:00-18:00; PH off", "2024-04-26", 1, "26 Fri 10:00-18:00"},
		"shuts for lunch": {"Mo-Fr 10:00-13:00,14:00-18:00", "2026-03-02", 1,
			"02 Mon 10:00-13:00, 02 Mon 14:00-18:00"},
		"opens on the first Sunday of the month": {"Su[1] 10:00-15:00", "2026-03-01", 31,
			"01 Sun 10:00-15:00"},
		"keeps other hours in summer": {"Mo-Fr 10:00-18:00; Jun 15-Aug 15 Mo-Fr 10:00-16:00", "2026-06-12", 4,
			"12 Fri 10:00-18:00, 15 Mon 10:00-16:00"},
		"is open past midnight on Fridays": {"Fr 20:00-02:00", "2026-03-06", 2, "06 Fri 20:00-02:00"},
		"is open on holidays under their name": {"PH 11:00-15:00", "2026-12-25", 2,
			"25 Fri 11:00-15:00 Juledag, 26 Sat 11:00-15:00 Anden juledag"},
		"may be open by appointment":    {`Mo "by appointment"`, "2026-03-02", 1, "02 Mon 00:00-00:00? by appointment"},
		"closes nobody knows when":      {"Mo 20:00+", "2026-03-02", 2, "02 Mon 20:00-06:00?"},
		"writes Danish":                 {"mandag til fredag kl. 10.00-17.30, søn- og helligdage lukket", "2026-04-03", 4, ""},
		"writes Danish Thursdays short": {"ma-to 10-18; fr lukket", "2026-03-05", 2, "05 Thu 10:00-18:00"},
		"keeps odd weeks":               {"week 1-53/2 Mo 10:00-12:00", "2026-03-02", 8, "09 Mon 10:00-12:00"},
		"is open all the year round, told oddly": {"Dec-Nov Mo 10:00-12:00", "2026-11-30", 8,
			"30 Mon 10:00-12:00, 07 Mon 10:00-12:00"},
		"is away in a week that ends next year": {"24/7; 2026 Dec 30-Jan 2 off", "2026-12-29", 6, "29 Tue 00:00-00:00, 03 Sun 00:00-00:00"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, days(parsed(t, c.hours, at), from(c.from), c.days))
		})
	}
}

func TestOpeningHoursFollowTheClocksWhenTheyChange(t *testing.T) {
	at := copenhagen(t)
	for name, c := range map[string]struct {
		hours string
		day   time.Time
		want  time.Duration
	}{
		"a day of 23 hours":                      {"24/7", time.Date(2026, 3, 29, 0, 0, 0, 0, at.Zone), 23 * time.Hour},
		"a day of 25 hours":                      {"24/7", time.Date(2026, 10, 25, 0, 0, 0, 0, at.Zone), 25 * time.Hour},
		"a night whose hour is skipped":          {"Su 01:00-04:00", time.Date(2026, 3, 29, 0, 0, 0, 0, at.Zone), 2 * time.Hour},
		"a night whose hour comes twice":         {"Su 01:00-04:00", time.Date(2026, 10, 25, 0, 0, 0, 0, at.Zone), 4 * time.Hour},
		"hours that lie in the hour skipped":     {"Su 02:10-02:50", time.Date(2026, 3, 29, 0, 0, 0, 0, at.Zone), 0},
		"closing in the hour skipped":            {"Su 01:00-02:30", time.Date(2026, 3, 29, 0, 0, 0, 0, at.Zone), time.Hour},
		"closing when the hour comes first":      {"Su 01:00-02:30", time.Date(2026, 10, 25, 0, 0, 0, 0, at.Zone), 90 * time.Minute},
		"an ordinary shopping day in the spring": {"Su 10:00-16:00", time.Date(2026, 3, 29, 0, 0, 0, 0, at.Zone), 6 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			total := time.Duration(0)
			for _, i := range parsed(t, c.hours, at).Intervals(c.day, c.day.AddDate(0, 0, 1)) {
				total += i.Closes.Sub(i.Opens)
			}
			require.Equal(t, c.want, total)
		})
	}
}

func TestNextIsTheTimeWeAreInOrTheFirstAfter(t *testing.T) {
	at := copenhagen(t)
	moment := func(s string) time.Time {
		m, err := time.ParseInLocation(minute, s, at.Zone)
		require.NoError(t, err)
		return m
	}
	for name, c := range map[string]struct{ hours, at, opens, closes string }{
		"while open":                     {"Mo-Fr 10:00-18:00", "2026-03-02 12:00", "2026-03-02 10:00", "2026-03-02 18:00"},
		"at closing time it is tomorrow": {"Mo-Fr 10:00-18:00", "2026-03-02 18:00", "2026-03-03 10:00", "2026-03-03 18:00"},
		"over a weekend and a holiday":   {"Mo-Fr 10:00-18:00; PH off", "2026-04-02 12:00", "2026-04-07 10:00", "2026-04-07 18:00"},
		"after midnight, opened before":  {"Fr 20:00-02:00", "2026-03-07 01:00", "2026-03-06 20:00", "2026-03-07 02:00"},
		"across midnight and a change of rule": {"Mo 20:00-24:00; Tu 00:00-03:00", "2026-03-02 12:00",
			"2026-03-02 20:00", "2026-03-03 03:00"},
		"not by appointment":      {`Mo 10:00-12:00 "by appointment"; Tu 09:00-10:00`, "2026-03-02 09:00", "2026-03-03 09:00", "2026-03-03 10:00"},
		"once a year":             {"Dec 24 10:00-14:00", "2026-12-24 15:00", "2027-12-24 10:00", "2027-12-24 14:00"},
		"from now on, for good":   {"2026 Mar 03-2099 Dec 31", "2026-03-02 12:00", "2026-03-03 00:00", ""},
		"always, since yesterday": {"24/7", "2026-03-02 12:00", "2026-03-01 00:00", ""},
	} {
		t.Run(name, func(t *testing.T) {
			opens, closes, ok := parsed(t, c.hours, at).Next(moment(c.at))
			require.True(t, ok)
			require.Equal(t, c.opens, opens.Format(minute))
			if c.closes == "" {
				require.Zero(t, closes)
				return
			}
			require.Equal(t, c.closes, closes.Format(minute))
		})
	}
	_, _, ok := parsed(t, "off", at).Next(moment("2026-03-02 12:00"))
	require.False(t, ok, "a shop that is never open")
}

func TestAMistakeIsNamedWithItsCharacter(t *testing.T) {
	for text, want := range map[string]string{
		"Mo-Tr 17:00-20:00": `opening hours "Mo-Tr 17:00-20:00": character 4: unexpected "Tr", expected a weekday such as Fr`,
		"lør 10:00":         `opening hours "lør 10:00": character 10: the text ends, expected - and a time to close at, or +`,
		`Mo "by`:            `opening hours "Mo \"by": character 4: a comment without its closing quote`,
		"Mo \xff":           "opening hours \"Mo \\xff\": character 1: not UTF-8",
		"Mo off open":       `opening hours "Mo off open": character 8: unexpected "open", expected one state of open, closed, off and unknown`,
	} {
		_, err := Parse(text, copenhagen(t))
		require.EqualError(t, err, want)
	}
	_, err := Parse("Mo-Fr 10:00-18:00; PH off", Place{Country: "FR"})
	require.EqualError(t, err, `opening hours "Mo-Fr 10:00-18:00; PH off": character 20: the holidays of country "FR" are not known, expected one of DK, SE`)
	_, err = Parse(strings.Repeat("Mo 10-12;", 400), copenhagen(t))
	require.ErrorContains(t, err, "character 2001: 3600 characters are too many, expected 2000 at most")
}

func TestSchoolHolidaysAreReadWithAWarningWhereNoneAreKnown(t *testing.T) {
	h := parsed(t, "SH,PH 11:00-15:00", copenhagen(t))
	require.Equal(t, []string{`character 1: nothing is known about school holidays, so "SH" matches no day`}, h.Warnings())
	require.Equal(t, "25 Fri 11:00-15:00 Juledag", days(h, time.Date(2026, 12, 25, 0, 0, 0, 0, h.at.Zone), 1))
}

func TestTheSunRisesWhereTheShopIs(t *testing.T) {
	at := Place{Country: "SE", Zone: zone(t, "Europe/Stockholm")}
	midsummer := time.Date(2026, 6, 20, 0, 0, 0, 0, at.Zone)
	require.Equal(t, "20 Sat 06:00-18:00", days(parsed(t, "sunrise-sunset", at), midsummer, 1))
	at.Geo = &events.Geo{Lat: 59.3293, Lon: 18.0686}
	opens, closes, _ := parsed(t, "sunrise-sunset", at).Next(midsummer)
	require.WithinDuration(t, midsummer.Add(3*time.Hour+30*time.Minute), opens, time.Minute, "Stockholm, as almanacs have it")
	require.WithinDuration(t, midsummer.Add(22*time.Hour+8*time.Minute), closes, time.Minute)
	at.Geo = &events.Geo{Lat: 67.8558, Lon: 20.2253}
	require.Equal(t, "20 Sat 00:00-00:00", days(parsed(t, "sunrise-sunset", at), midsummer, 1), "Kiruna")
}
