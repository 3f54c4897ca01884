package replay

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/function"
)

// BenchmarkReplay replays flows over a month of a shop, as the command does: with their
// settings as they are and with another one, from a journal on the disk that is read,
// parsed and folded in the measured time. It tells decisions per second of the clock,
// and the processor's time that each took, which a busy machine does not change.
func BenchmarkReplay(b *testing.B) {
	function.Sparing() // as the program does
	s, journalled := recorded(b, 6000, 30)
	facts, err := catalog.Whole(context.Background(), s)
	require.NoError(b, err)
	for _, d := range functions.Flows {
		b.Run(d.Name, func(b *testing.B) {
			suites := [][]*flow.Flow{{made(b, d, nil)}, {made(b, d, map[string]string{"QUIET": "22-07"})}}
			decisions := 0
			began, worked := time.Now(), processor()
			for b.Loop() {
				j := replay.Journal{Store: s, Rules: rules, Workers: runtime.GOMAXPROCS(0), Room: 512 << 20}
				report, err := j.Play(context.Background(), replay.Play{Suites: suites, Facts: facts.Silent()}, nil)
				require.NoError(b, err)
				for _, t := range report.Tallies {
					decisions += t.Decisions
				}
			}
			b.ReportMetric(float64(decisions)/time.Since(began).Seconds(), "decisions/s")
			b.ReportMetric(float64(processor()-worked)/float64(decisions), "cpu-ns/decision")
			b.ReportMetric(float64(processor()-worked)/float64(journalled*b.N), "cpu-ns/event")
			b.ReportMetric(float64(decisions)/float64(b.N*journalled), "decisions/event")
		})
	}
}

func made(t testing.TB, d flow.Definition, settings map[string]string) *flow.Flow {
	f, err := d.Make(function.Env{Silent: true, Override: map[string]map[string]string{d.Name: settings}})
	require.NoError(t, err)
	return f
}

// processor is the time that this process has worked, on all processors.
func processor() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
