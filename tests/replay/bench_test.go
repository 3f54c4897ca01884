package replay

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/function"
	"redthread.dev/tests/bench/beside"
)

// BenchmarkReplay replays flows over a month of a shop, as the command does: with their
// settings as they are and with another one, or seven, from a journal on the disk that
// is read, parsed and folded in the measured time. It tells decisions per second of the
// clock, and the processor's time that each took, which a busy machine does not change.
func BenchmarkReplay(b *testing.B) {
	const room = 512 << 20
	b.Cleanup(function.Unswept(3 * room)) // as the command does
	s, journalled := recorded(b, 6000, 30)
	facts, err := catalog.Whole(context.Background(), s)
	require.NoError(b, err)
	others := []string{"22-07", "20-08", "23-06", "off", "21-09", "19-07", "22-06"}
	for _, d := range functions.Flows {
		b.Run(d.Name, func(b *testing.B) {
			suites := [][]*flow.Flow{{made(b, d, nil)}}
			for _, quiet := range others {
				suites = append(suites, []*flow.Flow{made(b, d, map[string]string{"QUIET": quiet})})
			}
			for _, tried := range []int{1, len(others)} {
				b.Run(fmt.Sprint(tried), func(b *testing.B) {
					p := replay.Play{Suites: suites[:1+tried], Facts: facts}
					measure(b, replay.Journal{Store: s, Rules: rules, Workers: runtime.GOMAXPROCS(0), Room: room}, p, journalled)
				})
			}
		})
	}
}

// measure reports the median replay.
func measure(b *testing.B, j replay.Journal, p replay.Play, journalled int) {
	var took, worked []float64 // in seconds
	decisions := 0
	for b.Loop() {
		began, used := time.Now(), beside.Used()
		report, err := j.Play(context.Background(), p, nil)
		require.NoError(b, err)
		took = append(took, time.Since(began).Seconds())
		worked = append(worked, (beside.Used() - used).Seconds())
		decisions = 0
		for _, t := range report.Tallies {
			decisions += t.Decisions
		}
	}
	wall, processor := beside.Median(took), beside.Median(worked)
	b.ReportMetric(float64(decisions)/wall, "decisions/s")
	b.ReportMetric(wall, "s/replay")
	b.ReportMetric(1e9*processor/float64(decisions), "cpu-ns/decision")
	b.ReportMetric(1e9*processor/float64(journalled), "cpu-ns/event")
	b.ReportMetric(float64(decisions)/float64(journalled), "decisions/event")
}

func made(t testing.TB, d flow.Definition, settings map[string]string) *flow.Flow {
	f, err := d.Make(function.Env{Silent: true, Override: map[string]map[string]string{d.Name: settings}})
	require.NoError(t, err)
	return f
}
