package hours

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2/de"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/tests/recordings"
)

// published is what opening_hours.js, OSM's reference evaluator, expects.
type published struct {
	Intervals  []publishedCase `json:"intervals"`
	ShouldFail []publishedCase `json:"should_fail"`
}

type publishedCase struct {
	Name     string   `json:"name"`
	Value    text     `json:"value"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Expected [][]any  `json:"expected"`
	Place    *theirs  `json:"loc"`
	Mode     theyRead `json:"mode"`
}

// text is a value, or a list of it and a remark on how their test treats it.
type text struct{ value, remark string }

func (t *text) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &t.value) == nil {
		return nil
	}
	return json.Unmarshal(b, &[]any{&t.value, &t.remark})
}

type theirs struct{ CC, State, Lat, Lon string }

// theyRead says whether a case is about opening hours (mode 0) or points in time.
type theyRead struct {
	Mode int    `json:"mode"`
	Key  string `json:"tag_key"`
}

func readPublished(t *testing.T) published {
	t.Helper()
	var cases published
	require.NoError(t, json.NewDecoder(recordings.Open(t, "stores/opening_hours_cases.json.gz", "358 cases of intervals and 91 of refusal")).Decode(&cases))
	return cases
}

var holidays = regexp.MustCompile(`\b[PS]H\b`)

// outside says why a case is not about the opening hours of a shop of ours.
func (c publishedCase) outside() string {
	switch {
	case c.Mode.Mode != 0 || c.Mode.Key == "collection_times":
		return "points in time: collection_times, not opening_hours"
	case c.Value.remark == "not implemented yet":
		return "they have not implemented it, so nothing is expected"
	case c.Place != nil && holidays.MatchString(c.Value.value) &&
		(c.Place.CC != "de" && c.Place.CC != "se" || c.Place.State == "Rheinland-Pfalz"):
		return "holidays of a country or state we have no calendar of"
	case strings.HasPrefix(c.Name, "Wrong constructor call"):
		return "a wrong option of their constructor, the value is right"
	}
	return ""
}

func (c publishedCase) at() Place {
	zone, _ := time.LoadLocation("Europe/Berlin")
	at := Place{Zone: zone}
	if c.Place == nil {
		if c.Value.value == "SH Mo-Fr" { // the one case that leans on their default place
			at.SchoolHoliday, at.Holiday = schoolHolidayBW, publicHolidayBW
		}
		return at
	}
	lat, errLat := strconv.ParseFloat(c.Place.Lat, 64)
	lon, errLon := strconv.ParseFloat(c.Place.Lon, 64)
	if errLat == nil && errLon == nil {
		at.Geo = &events.Geo{Lat: lat, Lon: lon}
	}
	at.Country = strings.ToUpper(c.Place.CC)
	if c.Place.CC == "de" {
		at.Holiday, at.SchoolHoliday = publicHolidayBW, schoolHolidayBW
	}
	return at
}

// what is one line for each interval, to compare and to read.
func (c publishedCase) what() string {
	var b strings.Builder
	for _, e := range c.Expected {
		note, _ := e[3].(string)
		if strings.HasPrefix(note, "Specified as open end") {
			note = "" // their remark on "+", no comment of the shop's
		}
		note = strings.NewReplacer("Day before", "before", "Day after", "after").Replace(note)
		fmt.Fprintf(&b, "%s %s %v %s\n", their(e[0].(string)), their(e[1].(string)), e[2], strings.ToLower(note))
	}
	return b.String()
}

func ours(intervals []Interval) string {
	var b strings.Builder
	for _, i := range intervals {
		fmt.Fprintf(&b, "%s %s %v %s\n", i.Opens.Format(minute), i.Closes.Format(minute), i.Unknown, strings.ToLower(i.Note))
	}
	return b.String()
}

const minute = "2006-01-02 15:04"

// their reads the times of the cases, one of which is the 31st of November.
func their(s string) string { return theirTime(s).Format(minute) }

func theirTime(s string) time.Time {
	zone, _ := time.LoadLocation("Europe/Berlin")
	if t, err := time.Parse("Mon Jan 02 2006 15:04:05 GMT-0700", strings.SplitN(s, " (", 2)[0]); err == nil {
		return t.In(zone)
	}
	var y, m, d, h, min int
	fmt.Sscanf(s, "%d-%d-%d %d:%d", &y, &m, &d, &h, &min)
	return time.Date(y, time.Month(m), d, h, min, 0, 0, zone)
}

func TestHoursAreReadAsOpenStreetMapReadsThem(t *testing.T) {
	outside, right, wrong := map[string]int{}, 0, 0
	for _, c := range readPublished(t).Intervals {
		if why := c.outside(); why != "" {
			outside[why]++
			continue
		}
		h, err := Parse(c.Value.value, c.at())
		if err != nil {
			wrong++
			t.Logf("refused: %s: %v", c.Name, err)
			continue
		}
		if got, want := ours(h.Intervals(theirTime(c.From), theirTime(c.To))), c.what(); got != want {
			wrong++
			t.Logf("differs: %s: %q\ngot\n%swant\n%s", c.Name, c.Value.value, got, want)
			continue
		}
		right++
	}
	for why, n := range outside {
		t.Logf("left out %d: %s", n, why)
	}
	t.Logf("%d of %d right", right, right+wrong)
	require.GreaterOrEqual(t, float64(right)/float64(right+wrong), 0.95)
}

func TestWhatOpenStreetMapRefusesIsRefusedWithTheCharacter(t *testing.T) {
	refused := 0
	for _, c := range readPublished(t).ShouldFail {
		if c.outside() != "" {
			continue
		}
		at := c.at()
		if !strings.HasPrefix(c.Name, "Missing information") && !strings.HasPrefix(c.Name, "SH with non-existing") {
			at.Country = "DK" // so that what is refused is not the holidays
		}
		_, err := Parse(c.Value.value, at)
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax, "%s: %q", c.Name, c.Value.value)
		require.GreaterOrEqual(t, syntax.At, 1)
		require.LessOrEqual(t, syntax.At, len([]rune(c.Value.value))+1)
		t.Log(err)
		refused++
	}
	t.Logf("%d refused", refused)
	require.Positive(t, refused)
}

// publicHolidayBW is the calendar of the place most cases are in.
func publicHolidayBW(year int, month time.Month, day int) (string, bool) {
	names := map[string]string{"Neujahrstag": "Neujahr", "Tag der Arbeit": "Maifeiertag",
		"Weihnachtstag": "1. Weihnachtstag", "Zweiter Weihnachtsfeiertag": "2. Weihnachtstag"}
	for _, h := range de.HolidaysBW {
		if at, _ := h.Calc(year); at.Month() == month && at.Day() == day {
			if name, ok := names[h.Name]; ok {
				return name, true
			}
			return h.Name, true
		}
	}
	return "", false
}

// schoolHolidayBW are the school holidays the state of Baden-Württemberg set.
func schoolHolidayBW(year int, month time.Month, day int) (string, bool) {
	on := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	for _, h := range [][3]string{
		{"2023-12-23", "2024-01-05", "Weihnachtsferien"}, {"2024-03-23", "2024-04-05", "Osterferien"},
		{"2024-05-21", "2024-05-31", "Pfingstferien"}, {"2024-07-25", "2024-09-07", "Sommerferien"},
		{"2024-10-28", "2024-10-30", "Herbstferien"}, {"2024-12-23", "2025-01-04", "Weihnachtsferien"},
	} {
		if on >= h[0] && on <= h[1] {
			return h[2], true
		}
	}
	return "", false
}
