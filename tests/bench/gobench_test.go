package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatABenchmarkReportedIsReadByNameAndUnit(t *testing.T) {
	require.Equal(t, map[string]map[string]float64{
		"Commit/1_writers":  {"cpu-µs": 467.2, "bare-op/s": 475.1, "×bare-cpu": 1.014},
		"Commit/64_writers": {"op/s": 1.2e+06},
	}, read("goos: linux\nBenchmarkCommit\nBenchmarkCommit/1_writers\n"+
		"BenchmarkCommit/1_writers-2         \t    1400\t       467.2 cpu-µs\t       475.1 bare-op/s\t         1.014 ×bare-cpu\n"+
		"BenchmarkCommit/64_writers\nBenchmarkCommit/64_writers-2 \t 1400\t 1.2e+06 op/s\nPASS\n"))
}

func TestARowWhoseEmulatorDoesNotRunIsSaidToBeSkipped(t *testing.T) {
	t.Setenv("REDTHREAD_FIRESTORE", "")
	_, err := benchmarks("redthread.dev/shared/store/firestore", "^BenchmarkCommit$", "1x")
	require.Equal(t, skipped("Google's Firestore emulator does not run here"), err)
}
