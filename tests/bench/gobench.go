package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// benchmarks runs Go benchmarks and returns what each reported, by name and unit.
func benchmarks(pkg, which, time string) (map[string]map[string]float64, error) {
	out, err := exec.Command("go", "test", pkg, "-run", "^$", "-bench", which, "-benchtime", time, "-count", "1").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test %s -bench %s: %w: %s", pkg, which, err, out)
	}
	all := map[string]map[string]float64{}
	for _, line := range regexp.MustCompile(`(?m)^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`).FindAllStringSubmatch(string(out), -1) {
		told := map[string]float64{}
		for _, m := range regexp.MustCompile(`([\d.e+]+) (\S+)`).FindAllStringSubmatch(line[2], -1) {
			if n, err := strconv.ParseFloat(m[1], 64); err == nil {
				told[m[2]] = n
			}
		}
		all[line[1]] = told
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("go test %s -bench %s: no benchmark ran: %s", pkg, which, out)
	}
	return all, nil
}

// commits measures the store's commits beside the same bytes by hand.
func commits(_ config, _ string, t *table) error {
	all, err := benchmarks("redthread.dev/shared/store/sqlite", "^BenchmarkCommit$", "5000x")
	if err != nil {
		return err
	}
	for _, writers := range []string{"1", "64"} {
		m, ok := all["Commit/"+writers+"_writers"]
		if !ok {
			return fmt.Errorf("BenchmarkCommit told nothing of %s writers", writers)
		}
		t.ratio("the store alone: commits/s, "+writers+" writers", fmt.Sprintf("%.0f", m["bare-op/s"]), fmt.Sprintf("%.0f", m["op/s"]), m["×bare"], 0.8, false)
	}
	return nil
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
