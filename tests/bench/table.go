package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// table collects lines and prints them with aligned columns.
type table struct {
	lines [][]string
	notes []string
}

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
	for _, n := range t.notes {
		fmt.Fprintf(w, "\n%s\n", n)
	}
}

// note adds a line of words under the table.
func (t *table) note(text string) { t.notes = append(t.notes, text) }

// sample is one side's measurements, one of each per round.
type sample struct {
	cpu    []float64 // µs of the child process per request at 64 clients
	rate64 []float64 // requests/s
	rate1  []float64 // requests/s at one client
	p50    []float64 // ms, at 64 clients
	p99    []float64
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}

// paired is the median of the ratios within each round: what else the machine did
// then, it did to both.
func paired(over, under []float64) float64 {
	ratios := make([]float64, len(over))
	for i := range over {
		ratios[i] = over[i] / under[i]
	}
	return median(ratios)
}

func percentile(of []time.Duration, p float64) float64 {
	slices.Sort(of)
	return float64(of[min(len(of)-1, int(p*float64(len(of))))].Microseconds()) / 1000
}
