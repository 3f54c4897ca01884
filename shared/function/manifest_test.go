package function

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const good = `
summary: Does something.
group: flows
triggers: [{type: dev.redthread.order.placed.v1}, {filter: "channel = 'x'"}]
goal: dev.redthread.order.placed.v1
purpose: marketing
priority: low
`

func TestAManifestIsReadStrictly(t *testing.T) {
	m, err := ParseManifest("some", []byte(good))
	require.NoError(t, err)
	require.Equal(t, "type = 'dev.redthread.order.placed.v1' AND EXISTS profileid", m.Expression(0))
	require.Equal(t, "EXISTS profileid AND (channel = 'x')", m.Expression(1))
	for add, want := range map[string]string{
		"colour: red":        "some/function.yaml: yaml: unmarshal errors:\n  line 8: field colour not found in type function.Manifest",
		"holdout: 0.9":       "some/function.yaml: holdout: 0.9 is not between 0 and 0.5",
		"scale: {min: 3}":    "some/function.yaml: scale: min 3, max 0",
		"safeflow: {x: 1}":   "some/function.yaml: yaml: unmarshal errors:\n  line 8: field x not found in type function.SafeFlow",
		"settings: [1]":      "cannot unmarshal !!seq into map[string]string",
		"triggers: [{}]\n\n": "mapping key \"triggers\" already defined",
	} {
		_, err := ParseManifest("some", []byte(good+add+"\n"))
		require.ErrorContains(t, err, want, add)
	}
	_, err = ParseManifest("some", []byte("group: flows\n"))
	require.ErrorContains(t, err, "summary: is empty")
	require.ErrorContains(t, err, "goal: is empty")
	require.ErrorContains(t, err, "triggers: there is none")
}

func TestAFlowMayHaveSeveralGoals(t *testing.T) {
	for goal, want := range map[string]Goal{"a": {"a"}, "[a]": {"a"}, "[a, b]": {"a", "b"}, "\n- a\n- b": {"a", "b"}} {
		m, err := ParseManifest("some", []byte(strings.Replace(good, "dev.redthread.order.placed.v1\npurpose", goal+"\npurpose", 1)))
		require.NoError(t, err, goal)
		require.Equal(t, want, m.Goal)
	}
	for goal, want := range map[string]string{"[]": "goal: is empty", `""`: "goal: is empty", "[a, \"\"]": "goal: is empty", "{a: b}": "cannot unmarshal"} {
		_, err := ParseManifest("some", []byte(strings.Replace(good, "dev.redthread.order.placed.v1\npurpose", goal+"\npurpose", 1)))
		require.ErrorContains(t, err, want, goal)
	}
}

func TestSettingsAreReadFromOverrideThenEnvironmentThenDefault(t *testing.T) {
	type settings struct {
		Wait time.Duration `envconfig:"WAIT" default:"1h"`
	}
	var s settings
	require.NoError(t, Settings(Env{}, "fn", &s))
	require.Equal(t, time.Hour, s.Wait)
	t.Setenv("WAIT", "2h")
	require.NoError(t, Settings(Env{}, "fn", &s))
	require.Equal(t, 2*time.Hour, s.Wait)
	t.Setenv("FN_WAIT", "3h")
	require.NoError(t, Settings(Env{}, "fn", &s))
	require.Equal(t, 3*time.Hour, s.Wait)
	env := Env{Override: map[string]map[string]string{"fn": {"WAIT": "4h"}}}
	require.NoError(t, Settings(env, "fn", &s))
	require.Equal(t, 4*time.Hour, s.Wait)
	require.NoError(t, Settings(Env{}, "fn", &s))
	require.Equal(t, 3*time.Hour, s.Wait, "the environment is as it was")
	env.Override["fn"]["WAIT"] = "soon"
	require.EqualError(t, Settings(env, "fn", &s), `settings of fn: WAIT is "soon", expected a length of time, e.g. 90s or 1h30m`)
	require.Equal(t, map[string]string{"WAIT": "1h"}, Defaults(new(settings)))
}
