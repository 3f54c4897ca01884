package filter_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/filter"
)

func event(kind string, extensions ...string) events.Event {
	e := events.Event{}
	e.SetSpecVersion("1.0")
	e.SetID("1")
	e.SetSource("/shop")
	e.SetType(kind)
	for i := 0; i < len(extensions); i += 2 {
		e.SetExtension(extensions[i], extensions[i+1])
	}
	return e
}

func TestFilterLetsThroughWhatItSays(t *testing.T) {
	for name, c := range map[string]struct {
		expression string
		e          events.Event
		want       bool
	}{
		"the type it asks for":             {"type = 'a'", event("a"), true},
		"not another type":                 {"type = 'a'", event("b"), false},
		"a resolved event":                 {"type = 'a' AND EXISTS profileid", event("a", "profileid", "p"), true},
		"not an unresolved one":            {"type = 'a' AND EXISTS profileid", event("a"), false},
		"nothing on a missing attribute":   {"channel = 'email'", event("a"), false},
		"nothing when it is not a boolean": {"'TRUE'", event("a"), false},
		"anything when it is TRUE":         {"TRUE", event("a"), true},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := filter.Parse(c.expression)
			require.NoError(t, err)
			require.Equal(t, c.want, f.Holds(c.e))
		})
	}
}

func TestBrokenFilterIsRefusedWithItsText(t *testing.T) {
	for _, expression := range []string{"type = ", "ABC(", "x LIKE 123", "((", ""} {
		_, err := filter.Parse(expression)
		require.ErrorContains(t, err, "not CESQL", expression)
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add("type = 'a' AND EXISTS profileid")
	f.Add("NOT (LENGTH(type) IN (1, 2)) XOR id LIKE 'a\\_%'")
	e := event("a", "profileid", "p")
	f.Fuzz(func(t *testing.T, expression string) {
		if parsed, err := filter.Parse(expression); err == nil {
			parsed.Holds(e)
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	f, err := filter.Parse("type = 'dev.redthread.timer.due.v1' AND EXISTS profileid AND (flow = 'basketrecovery')")
	require.NoError(b, err)
	e := event("dev.redthread.timer.due.v1", "profileid", "p", "flow", "basketrecovery")
	for b.Loop() {
		f.Holds(e)
	}
}
