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

// replays measures how many decisions a second a replay makes: with one choice of
// settings beside what is set, and with seven, which tells what one more costs.
func replays(_ config, _ string, t *table) error {
	all, err := benchmarks("redthread.dev/tests/replay", "^BenchmarkReplay$/^basketrecovery$", "9x")
	if err != nil {
		return err
	}
	for _, row := range []struct{ what, name, target string }{
		{"replay of basketrecovery: decisions/s", "Replay/basketrecovery/1", "≥ 200000"},
		{"replay with seven other choices: decisions/s", "Replay/basketrecovery/7", "–"},
	} {
		m, ok := all[row.name]
		if !ok {
			return fmt.Errorf("BenchmarkReplay told nothing of %s", row.name)
		}
		holds := ""
		if row.target != "–" {
			holds = verdict(m["decisions/s"] >= 200_000)
		}
		t.add(row.what, "–", fmt.Sprintf("%.0f", m["decisions/s"]), fmt.Sprintf("%.0f ns CPU each", m["cpu-ns/decision"]), row.target, holds)
	}
	one, seven := all["Replay/basketrecovery/1"]["s/replay"], all["Replay/basketrecovery/7"]["s/replay"]
	t.note(fmt.Sprintf("A replay took %.2f s with one choice beside what is set, %.2f s with seven: one more choice costs %.0f %% of the first one's replay.",
		one, seven, 100*(seven-one)/6/one))
	return nil
}
