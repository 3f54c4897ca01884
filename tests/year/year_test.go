package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
)

// TestAYearBreaksNoRule lives through the year of a small town; make year does so with
// 50,000 customers.
func TestAYearBreaksNoRule(t *testing.T) {
	y := year{seed: 7, customers: 4000}
	began := time.Now()
	r, err := y.run()
	require.NoError(t, err)
	require.NoError(t, r.print(io.Discard, y, time.Since(began)))
	require.Empty(t, r.broken)
	for name, f := range r.worlds[0].flows {
		require.Positive(t, f.acted, "%s has nothing to do in this town, so that nothing is known of it", name)
		require.Zero(t, f.failed, name)
	}
	budget := r.worlds[0].budget
	capped := func(priority string) float64 {
		return float64(budget[priority].capped) / float64(budget[priority].wanted)
	}
	require.Less(t, capped("high"), capped("low"), "the weak give way to the strong")
	require.LessOrEqual(t, capped("normal"), capped("low"))
}

// TestAFlowThatIsSwitchedOffChangesOnlyWhatItDisplaced does so to each of them.
func TestAFlowThatIsSwitchedOffChangesOnlyWhatItDisplaced(t *testing.T) {
	moved := 0
	for _, d := range functions.Flows {
		r, err := year{seed: 3, customers: 800, without: d.Name}.run()
		require.NoError(t, err)
		require.Empty(t, r.strange, "without %s", d.Name)
		require.Empty(t, r.broken, "without %s", d.Name)
		require.Zero(t, r.worlds[1].flows[d.Name].wanted, "it is off")
		moved += r.moved
	}
	require.Positive(t, moved, "flows compete, so that something must have moved")
	_, err := year{customers: 1, without: "nosuch"}.run()
	require.ErrorContains(t, err, `there is no flow "nosuch"`)
}

// TestAShopThatKeepsNoRuleIsFoundOut sets the flows so that they break what the auditor
// holds them to.
func TestAShopThatKeepsNoRuleIsFoundOut(t *testing.T) {
	for setting, word := range map[string]string{"QUIET=off": "at night", "ATTENTION_WEEK=9": "in a week", "ATTENTION_DAY=5": "on the day"} {
		name, value, _ := strings.Cut(setting, "=")
		r, err := year{seed: 7, customers: 300, settings: map[string]string{name: value}}.run()
		require.NoError(t, err)
		require.Contains(t, strings.Join(r.broken, "\n"), word, setting)
	}
}

func TestTheSameSeedIsTheSameYear(t *testing.T) {
	one, err := year{seed: 5, customers: 300}.run()
	require.NoError(t, err)
	two, err := year{seed: 5, customers: 300}.run()
	require.NoError(t, err)
	require.Equal(t, one, two)
}
