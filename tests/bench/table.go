package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// table collects lines and prints them with aligned columns.
type table struct{ lines [][]string }

func (t *table) add(what, floor, ours, ratio, target, verdict string) {
	t.lines = append(t.lines, []string{what, floor, ours, ratio, target, verdict})
}

// ratio adds a line that compares ours with a floor; most says that the target is a
// maximum.
func (t *table) ratio(what, floor, ours string, ratio, target float64, most bool) {
	sign, ok := "≤", ratio <= target
	if !most {
		sign, ok = "≥", ratio >= target
	}
	t.add(what, floor, ours, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("%s %.2f", sign, target), verdict(ok))
}

func verdict(ok bool) string {
	if ok {
		return "holds"
	}
	return "MISSED"
}

func (t *table) print(w io.Writer) {
	all := append([][]string{{"what", "floor", "ours", "ratio", "target", ""}}, t.lines...)
	width := make([]int, 6)
	for _, l := range all {
		for i, s := range l {
			width[i] = max(width[i], len([]rune(s)))
		}
	}
	for _, l := range all {
		for i, s := range l {
			fmt.Fprintf(w, "%s%*s  ", s, width[i]-len([]rune(s)), "")
		}
		fmt.Fprintln(w)
	}
}

// sample is one side's measurements over all rounds.
type sample struct {
	cpu       []float64       // µs of the child process per request at 64 clients
	rate64    []float64       // requests/s
	rate1     []float64       // requests/s
	latencies []time.Duration // at 64 clients
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

func (s sample) percentile(p float64) time.Duration {
	all := slices.Clone(s.latencies)
	slices.Sort(all)
	return all[min(len(all)-1, int(p*float64(len(all))))]
}
