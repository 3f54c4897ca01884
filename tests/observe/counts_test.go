package observe

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// step is what the made-up pods' time is counted in, in seconds; they come and go in hour
// steps.
const step, hour = 5, 720

// pod is a counter as Prometheus sees it: a value at each step, _ where it was not asked or
// did not answer. It returns the last one that was seen, too: all that can be counted.
func pod(r *rand.Rand, every int) (values string, seen int) {
	born := r.IntN(hour * 3 / 4)
	dies := born + every + r.IntN(hour-born)
	away := born + r.IntN(dies-born) // out of reach from then on, for up to ten minutes
	back := away + r.IntN(120)
	phase, count := r.IntN(every), 1
	text := make([]string, born, dies+1)
	for i := range text {
		text[i] = "_"
	}
	for now := born; now < dies; now++ {
		if r.IntN(15) == 0 {
			count++
		}
		lost := r.IntN(10) == 0 || now >= away && now < back
		if now%every != phase || lost {
			text = append(text, "_")
			continue
		}
		text, seen = append(text, fmt.Sprint(count)), count
	}
	return strings.Join(append(text, "stale"), " "), seen
}

// TestWhatPodsCountedIsRecordedOnce has pods born with their first event, asked every 15 to
// 60 seconds, out of reach for a while, and gone: the minutes add up to what was seen.
func TestWhatPodsCountedIsRecordedOnce(t *testing.T) {
	rules, err := filepath.Abs(folder + "alerts.yaml")
	require.NoError(t, err)
	var tests []any
	for seed := range uint64(4) {
		for _, seconds := range []int{15, 30, 60} {
			r := rand.New(rand.NewPCG(seed, uint64(seconds)))
			var series []any
			sum := 0
			for i := range 8 {
				values, seen := pod(r, seconds/step)
				series = append(series, map[string]any{
					"series": fmt.Sprintf(`redthread_events_total{pod="%d", function="collect", outcome="ok"}`, i), "values": values,
				})
				sum += seen
			}
			tests = append(tests, map[string]any{
				"name": fmt.Sprintf("every %d s, seed %d", seconds, seed), "interval": fmt.Sprintf("%ds", step), "input_series": series,
				"promql_expr_test": []any{map[string]any{
					"expr": "sum(sum_over_time(function_outcome:redthread_events:increase1m[2h]))", "eval_time": "90m",
					"exp_samples": []any{map[string]any{"labels": "{}", "value": sum}},
				}},
			})
		}
	}
	promtool(t, "test", "rules", written(t, map[string]any{"rule_files": []string{rules}, "evaluation_interval": "1m", "tests": tests}))
}
