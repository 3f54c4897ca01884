package flow

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestQuietHoursAreReadFromASetting(t *testing.T) {
	for text, want := range map[string]Quiet{
		"21-08":       {21 * time.Hour, 8 * time.Hour},
		"21:30-08:00": {21*time.Hour + 30*time.Minute, 8 * time.Hour},
		"13-15":       {13 * time.Hour, 15 * time.Hour},
		"off":         {},
		"":            {},
	} {
		var q Quiet
		require.NoError(t, q.Decode(text), text)
		require.Equal(t, want, q, text)
	}
	for _, text := range []string{"21", "25-08", "21-8:61", "a-b", "-", "21-08-09"} {
		var q Quiet
		require.ErrorContains(t, q.Decode(text), "expected quiet hours, e.g. 21-08", text)
	}
}

// zones have clocks that jump, by an hour, by half of one, at midnight, and not.
var zones = []string{"Europe/Copenhagen", "Europe/Stockholm", "Australia/Lord_Howe", "America/Santiago", "America/St_Johns",
	"Asia/Tehran", "Africa/Casablanca", "Asia/Kolkata", "Pacific/Apia", "UTC"}

// A deferral ends outside quiet hours in the customer's zone, not before it began,
// within a day and the jump of a clock, and no sooner than it must.
func TestADeferralEndsInsideAllowedHours(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		require.NoError(t, err)
		hour := rapid.IntRange(0, 47)
		q := Quiet{time.Duration(hour.Draw(t, "from")) * 30 * time.Minute, time.Duration(hour.Draw(t, "to")) * 30 * time.Minute}
		at := time.Unix(rapid.Int64Range(1262304000, 2051222400).Draw(t, "at"), 0)
		end := q.End(at, zone)
		require.False(t, end.Before(at))
		require.False(t, q.At(end, zone), "%s is quiet", end.In(zone))
		require.LessOrEqual(t, end.Sub(at), 26*time.Hour)
		if end.After(at) {
			require.True(t, q.At(at, zone))
			require.True(t, q.At(end.Add(-time.Minute), zone), "%s was late enough", end.Add(-time.Minute).In(zone))
		}
	})
}

func TestClocksThatJumpOverTheEnd(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	q := Quiet{time.Hour, 2*time.Hour + 30*time.Minute} // 01:00–02:30
	spring := time.Date(2026, 3, 29, 1, 30, 0, 0, copenhagen)
	require.Equal(t, "03:00", q.End(spring, copenhagen).In(copenhagen).Format("15:04"), "there is no 02:30 on that night")
	autumn := time.Date(2026, 10, 25, 1, 30, 0, 0, copenhagen)
	require.Equal(t, "02:30 CEST", q.End(autumn, copenhagen).In(copenhagen).Format("15:04 MST"), "the first of two")
}
