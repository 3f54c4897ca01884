package filter_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	sqlerrors "github.com/cloudevents/sdk-go/sql/v2/errors"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"redthread.dev/events"
	"redthread.dev/infra/local/filter"
	"redthread.dev/tests/recordings"
)

type suite struct {
	Name  string
	Tests []struct {
		Name, Expression string
		Result           yaml.Node
		Error            string
		Event            map[string]any
		EventOverrides   map[string]any `yaml:"eventOverrides"`
	}
}

// againstTheSpecification is the one expression of the kit for which it wants an
// error while CESQL 1.0 (3.7, Type casting) says that an engine MUST cast an
// Integer to a Boolean: true unless 0. The specification wins; the same kit wants
// BOOL(100) to be true.
const againstTheSpecification = "NOT 10"

var errorKinds = map[string]func(error) bool{
	"parse": sqlerrors.IsParseError, "math": sqlerrors.IsMathError, "cast": sqlerrors.IsCastError,
	"missingFunction": sqlerrors.IsMissingFunctionError, "functionEvaluation": sqlerrors.IsFunctionEvaluationError,
	"missingAttribute": sqlerrors.IsMissingAttributeError, "generic": sqlerrors.IsGenericError,
}

// TestFiltersPassTheCESQLTestKit: the CloudEvents project's own.
func TestFiltersPassTheCESQLTestKit(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(recordings.Path(t, "cloudevents/spec/cesql/cesql_tck", "275 cases"), "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	cases, exceptions := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var s suite
		require.NoError(t, yaml.Unmarshal(text, &s))
		for _, c := range s.Tests {
			cases++
			t.Run(s.Name+"/"+c.Name, func(t *testing.T) {
				f, err := filter.Parse(c.Expression)
				if c.Error == "parse" {
					require.True(t, errorKinds["parse"](errors.Unwrap(err)), "%s: error %v", c.Expression, err)
					return
				}
				require.NoError(t, err)
				got, err := f.Evaluate(input(t, c.Event, c.EventOverrides))
				want, kind := value(t, c.Result), c.Error
				if c.Expression == againstTheSpecification {
					exceptions++
					want, kind = false, ""
				}
				if kind == "" {
					require.NoError(t, err, c.Expression)
				} else {
					require.True(t, errorKinds[kind](err), "%s: want a %s error, got %v", c.Expression, kind, err)
				}
				require.Equal(t, want, got, c.Expression)
			})
		}
		t.Logf("%s: %d cases", filepath.Base(file), len(s.Tests))
	}
	t.Logf("%d cases; one is not as the kit has it, but as the specification: %s", cases, againstTheSpecification)
	require.GreaterOrEqual(t, cases, 275)
	require.Equal(t, 1, exceptions)
}

// value is a result as the kit writes it; what YAML takes for a time is text here.
func value(t *testing.T, n yaml.Node) any {
	if n.Tag == "!!timestamp" {
		return n.Value
	}
	var v any
	require.NoError(t, n.Decode(&v))
	if i, ok := v.(int); ok {
		return int32(i)
	}
	return v
}

func input(t *testing.T, given, overrides map[string]any) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("1")
	e.SetSource("/kit")
	e.SetType("kit")
	e.SetSubject("topic")
	e.SetTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	if given != nil {
		text, err := json.Marshal(given)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &e))
	}
	for name, value := range overrides {
		if n, ok := value.(int); ok {
			value = int32(n)
		}
		require.NoError(t, spec.V1.SetAttribute(e.Context, name, value))
	}
	return e
}
