// Package beside measures ours beside a floor, in turn, within one benchmark: rates, and
// processor time of this process alone, so that a server's or an emulator's is nobody's.
package beside

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Rounds is how often each side is measured, after one round of each to warm up. The
// benchmark's N is of all rounds of a side together.
const Rounds = 7

// Side is one way to do it: as often as took is long, noting how long each took.
type Side func(took []time.Duration) error

// Crowd does it from so many goroutines, until one fails.
func Crowd(workers int, do func() error) Side {
	return func(took []time.Duration) error {
		var next atomic.Int64
		var wait sync.WaitGroup
		errs := make([]error, workers)
		for w := range workers {
			wait.Go(func() {
				for n := int(next.Add(1)) - 1; n < len(took) && errs[w] == nil; n = int(next.Add(1)) - 1 {
					start := time.Now()
					errs[w] = do()
					took[n] = time.Since(start)
				}
			})
		}
		wait.Wait()
		for _, err := range errs {
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// seen is what the rounds of one side have shown.
type seen struct{ rate, cpu, p50, p99 []float64 }

// Compare lets ours and the floor take turns, and reports the medians of the rounds: op/s,
// processor time in cpu-µs, latencies of ours in p50-µs and p99-µs, the floor's as
// bare-op/s and bare-cpu-µs. ×bare and ×bare-cpu are the medians of the rounds' own ratios:
// what else the machine did then, it did to both.
func Compare(b *testing.B, ours, floor Side) {
	var mine, bare seen
	took := make([]time.Duration, max(b.N/Rounds, 1))
	for _, side := range []Side{ours, floor} {
		require.NoError(b, side(took))
	}
	b.ResetTimer()
	for round := range Rounds {
		if round%2 == 0 { // who goes first takes turns
			bare.round(b, floor, took)
		}
		mine.round(b, ours, took)
		if round%2 == 1 {
			bare.round(b, floor, took)
		}
	}
	b.ReportMetric(0, "ns/op")
	for unit, value := range map[string]float64{
		"op/s": Median(mine.rate), "bare-op/s": Median(bare.rate), "×bare": Paired(mine.rate, bare.rate),
		"cpu-µs": Median(mine.cpu), "bare-cpu-µs": Median(bare.cpu), "×bare-cpu": Paired(mine.cpu, bare.cpu),
		"p50-µs": Median(mine.p50), "p99-µs": Median(mine.p99),
	} {
		b.ReportMetric(value, unit)
	}
}

// round measures a side once. What the other has left to the garbage collector is done
// with before.
func (s *seen) round(b *testing.B, side Side, took []time.Duration) {
	runtime.GC()
	begun, before := time.Now(), Used()
	require.NoError(b, side(took))
	cpu, passed := Used()-before, time.Since(begun)
	n := float64(len(took))
	s.rate, s.cpu = append(s.rate, n/passed.Seconds()), append(s.cpu, float64(cpu.Nanoseconds())/1e3/n)
	slices.Sort(took)
	s.p50 = append(s.p50, float64(took[len(took)/2].Microseconds()))
	s.p99 = append(s.p99, float64(took[len(took)*99/100].Microseconds()))
}

// Used is the processor time this process has had so far.
func Used() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// Median returns the middle one; of none, 0.
func Median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// Paired is the median of the ratios within each round.
func Paired(over, under []float64) float64 {
	ratios := make([]float64, len(over))
	for i := range over {
		ratios[i] = over[i] / under[i]
	}
	return Median(ratios)
}
