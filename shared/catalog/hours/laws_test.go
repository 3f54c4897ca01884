package hours

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
)

// someHours writes opening hours at random, of every kind of selector.
func someHours(r *rapid.T) string {
	clock := func(low, high int, name string) string {
		m := rapid.IntRange(low, high).Draw(r, name)
		return fmt.Sprintf("%02d:%02d", m/60, m%60)
	}
	days := rapid.SampledFrom([]string{"", "", "Mo-Fr", "Sa,Su", "Fr-Mo", "PH", "PH,Su", "PH -1 day", "Su[1]", "Sa[-1] +2 days",
		"Mar", "Oct-Feb", "Mar 20-Apr 2", "Oct 25", "2026 Mar 29", "easter -3 days-easter", "week 10-20/2", "2026", "2025-2027/2 Mar Su[-1]"})
	n := rapid.IntRange(1, 4).Draw(r, "rules")
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(rapid.SampledFrom([]string{"; ", ", ", " || "}).Draw(r, "joint"))
		}
		b.WriteString(days.Draw(r, "days"))
		b.WriteString(" ")
		switch rapid.IntRange(0, 4).Draw(r, "times") {
		case 0:
		case 1:
			b.WriteString("sunrise-(sunset+01:00)")
		case 2:
			b.WriteString(clock(0, 1439, "from") + "+")
		default:
			b.WriteString(clock(0, 1439, "from") + "-" + clock(0, 2880, "to"))
		}
		b.WriteString(" ")
		b.WriteString(rapid.SampledFrom([]string{"open", "open", "off", `unknown "maybe"`, `open "hello"`}).Draw(r, "state"))
	}
	return b.String()
}

// somewhere is a shop with its clocks, one of them beyond the polar circle and one
// where clocks change at midnight.
func somewhere(r *rapid.T) Place {
	name := rapid.SampledFrom([]string{"Europe/Copenhagen", "Europe/Stockholm", "America/Havana", "Australia/Lord_Howe", "UTC"}).Draw(r, "zone")
	z, err := time.LoadLocation(name)
	if err != nil {
		r.Fatal(err)
	}
	at := Place{Country: rapid.SampledFrom([]string{"DK", "SE"}).Draw(r, "country"), Zone: z}
	if rapid.Bool().Draw(r, "located") {
		at.Geo = &events.Geo{Lat: rapid.Float64Range(-90, 90).Draw(r, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(r, "lon")}
	}
	return at
}

// aboutWhenClocksChange is a moment near a change of the clocks in 2026, as likely as not.
func aboutWhenClocksChange(r *rapid.T) time.Time {
	day := rapid.SampledFrom([]int{67, 87, 94, 297, 304, 180}).Draw(r, "day of the year")
	return time.Date(2026, 1, day, 0, rapid.IntRange(-3*1440, 3*1440).Draw(r, "minutes"), 0, 0, time.UTC)
}

func TestIntervalsAreInOrderAndApart(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := parsed(t, someHours(r), somewhere(r))
		from := aboutWhenClocksChange(r)
		to := from.Add(time.Duration(rapid.IntRange(0, 10*1440).Draw(r, "length")) * time.Minute)
		end := from
		var last Interval
		for n, i := range h.Intervals(from, to) {
			require.False(t, i.Opens.Before(end), "%s: %v begins before %v", h, i, end)
			require.True(t, i.Opens.Before(i.Closes), "%s: %v", h, i)
			require.False(t, n > 0 && last.joins(i), "%s: %v and %v are one", h, last, i)
			end, last = i.Closes, i
		}
		require.False(t, end.After(to))
	})
}

func TestOpenAtAgreesWithIntervals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := parsed(t, someHours(r), somewhere(r))
		at := aboutWhenClocksChange(r)
		want := false
		for _, i := range h.Intervals(at.Add(-50*time.Hour), at.Add(50*time.Hour)) {
			want = want || !i.Unknown && !at.Before(i.Opens) && at.Before(i.Closes)
		}
		require.Equal(t, want, h.OpenAt(at), "%s at %v", h, at)
	})
}

func TestNextAgreesWithIntervals(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := parsed(t, someHours(r), somewhere(r))
		at := aboutWhenClocksChange(r)
		opens, closes, ok := h.Next(at)
		if !ok {
			require.False(t, h.OpenAt(at))
			return
		}
		require.True(t, closes.IsZero() || closes.After(at))
		require.True(t, h.OpenAt(opens), "%s: opens %v", h, opens)
		require.False(t, !closes.IsZero() && h.OpenAt(closes), "%s: closes %v", h, closes)
		require.Equal(t, h.OpenAt(at), !opens.After(at), "%s at %v", h, at)
	})
}

func TestADayFromMidnightToMidnightIsAsLongAsTheClocksMakeIt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		at := somewhere(r)
		h := parsed(t, "00:00-24:00", at)
		from := aboutWhenClocksChange(r)
		to := from.Add(time.Duration(rapid.IntRange(1, 10*1440).Draw(r, "length")) * time.Minute)
		all := h.Intervals(from, to)
		require.Len(t, all, 1)
		require.True(t, all[0].Opens.Equal(from) && all[0].Closes.Equal(to), "%v is not %v to %v", all, from, to)
	})
}

func TestWhatIsWrittenAgainMeansTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		at := somewhere(r)
		writesTheSame(t, parsed(t, someHours(r), at), at)
	})
	for _, c := range []string{
		"Aug: Su[-1] +1 day", "Aug Su[-1] +1 day", "Mo open, Tu 10:00-12:00", "13:00-17:00 open, 17:00+", "week 05 Feb 2012-2014",
		"Jan 01,Dec 19-23/2", "2025 Dec 24-Jan 2 off", "2025: Dec 24-Jan off", "2025-2025 Dec 24-26", "24/7", `"by appointment"`, "10-12 open, off", "PH SH Mo", "2008/4 Feb 29", "dawn-(dusk-01:30)",
	} {
		writesTheSame(t, parsed(t, c, copenhagen(t)), copenhagen(t))
	}
}

func writesTheSame(t testing.TB, h *Hours, at Place) {
	t.Helper()
	again, err := Parse(h.String(), at)
	require.NoError(t, err)
	require.Equal(t, h.String(), again.String())
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, d := range []int{0, 85, 296, 358} {
		from, to := from.AddDate(0, 0, d), from.AddDate(0, 0, d+10)
		require.Equal(t, h.Intervals(from, to), again.Intervals(from, to), h.String())
	}
}

func TestTheLongestTextsTakeBoundedTime(t *testing.T) {
	at := copenhagen(t)
	for _, text := range []string{
		strings.Repeat("Jan Su[1]-Dec Su[1] 1-2 off;", MaxText/28), strings.Repeat("0-48,", MaxText/5), strings.Repeat("PH,", MaxText/3-2) + "PH off",
		"off" + strings.Repeat(";Feb 29", MaxText/7-1) + " off", strings.Repeat("sunset+||", MaxText/9-1) + "off",
	} {
		h := parsed(t, text, at)
		began := time.Now()
		h.Next(began)
		require.Less(t, time.Since(began), 3*time.Second, text[:20])
		t.Logf("%v to look 400 days ahead in %q…", time.Since(began), text[:20])
	}
}

func BenchmarkOpenAt(b *testing.B) {
	h := parsed(b, "Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off; Dec 24 10:00-14:00", copenhagen(b))
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		h.OpenAt(at)
	}
}

func FuzzHours(f *testing.F) {
	for _, text := range []string{
		"Mo-Fr 10:00-18:00; Sa 10:00-16:00; PH off; Dec 24 10:00-14:00", "Su[1] 10:00-15:00", "week 1-53/2 Fr 20:00-02:00",
		"SH,PH 11:00-15:00", "24/7", `Mo "by appointment"`, "sunrise-(sunset+01:00)+", "2025 Dec 24-Jan 2 off || open",
		"easter -2 days-easter +1 day", "søn- og helligdage 9am-12", "Aug: Su[-1] +1 day", "Mo 12°°-14:00", "2012 Jan 10-15,Jan 11/2",
	} {
		f.Add(text)
	}
	at := copenhagen(f)
	at.Geo = &events.Geo{Lat: 55.68, Lon: 12.57}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := Parse(text, at)
		if err != nil {
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			return
		}
		began := time.Now()
		writesTheSame(t, h, at)
		h.Next(time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC))
		require.Less(t, time.Since(began), 5*time.Second, "bounded by the text's length")
	})
}
