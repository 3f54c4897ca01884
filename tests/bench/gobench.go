package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// skipped is why a benchmark cannot run here.
type skipped string

func (s skipped) Error() string { return "skipped: " + string(s) }

var (
	skips   = regexp.MustCompile(`(?m)^\s+\S+_test\.go:\d+: (.*)\n--- SKIP: Benchmark`)
	results = regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)
	figures = regexp.MustCompile(`([\d.e+]+) (\S+)`)
)

// benchmarks runs Go benchmarks and returns what each reported, by name and unit.
func benchmarks(pkg, which, times string) (map[string]map[string]float64, error) {
	out, err := exec.Command("go", "test", pkg, "-run", "^$", "-bench", which, "-benchtime", times, "-count", "1", "-v").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test %s -bench %s: %w: %s", pkg, which, err, out)
	}
	all := read(string(out))
	if skip := skips.FindStringSubmatch(string(out)); skip != nil && len(all) == 0 {
		why, _, _ := strings.Cut(skip[1], ":")
		return nil, skipped(why)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("go test %s -bench %s: no benchmark ran: %s", pkg, which, out)
	}
	return all, nil
}

// read finds the results in what go test -v has said.
func read(out string) map[string]map[string]float64 {
	all := map[string]map[string]float64{}
	for _, line := range results.FindAllStringSubmatch(out, -1) {
		told := map[string]float64{}
		for _, m := range figures.FindAllStringSubmatch(line[2], -1) {
			if n, err := strconv.ParseFloat(m[1], 64); err == nil {
				told[m[2]] = n
			}
		}
		all[line[1]] = told
	}
	return all
}

// replays measures how many decisions a second a replay makes.
func replays(_ config, _ string, t *table) error {
	all, err := benchmarks("redthread.dev/tests/replay", "^BenchmarkReplay$/^basketrecovery$", "3x")
	if err != nil {
		return err
	}
	m, ok := all["Replay/basketrecovery"]
	if !ok {
		return fmt.Errorf("BenchmarkReplay told nothing of basketrecovery")
	}
	t.add("replay of basketrecovery: decisions/s", "–", fmt.Sprintf("%.0f", m["decisions/s"]),
		fmt.Sprintf("%.0f ns CPU each", m["cpu-ns/decision"]), "≥ 200000", verdict(m["decisions/s"] >= 200_000))
	return nil
}
