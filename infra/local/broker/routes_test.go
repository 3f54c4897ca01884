package broker

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/events"
	"redthread.dev/infra/local/filter"
	"redthread.dev/shared/function"
)

func named(name, group string, triggers ...function.Trigger) *function.Function {
	return &function.Function{
		Manifest: function.Manifest{Name: name, Group: group, Triggers: triggers},
		Handle:   func(context.Context, events.Event) (*events.Event, error) { return nil, nil },
	}
}

func TestTheIndexByTypeChangesNothing(t *testing.T) {
	types := []string{"a", "b", "c"}
	filters := []string{"", "EXISTS profileid", "NOT EXISTS profileid", "type LIKE 'a%'", "channel = 'email'", "type IN ('b', 'c')"}
	rapid.Check(t, func(t *rapid.T) {
		var fs []*function.Function
		for i := range rapid.IntRange(1, 6).Draw(t, "functions") {
			var triggers []function.Trigger
			for range rapid.IntRange(1, 3).Draw(t, "triggers") {
				triggers = append(triggers, function.Trigger{
					Type:   rapid.SampledFrom(append(types, "")).Draw(t, "type"),
					Filter: rapid.SampledFrom(filters).Draw(t, "filter"),
				})
			}
			fs = append(fs, named(string(rune('f'+i)), rapid.SampledFrom([]string{"intake", "flows"}).Draw(t, "group"), triggers...))
		}
		r, err := newRoutes(fs)
		require.NoError(t, err)
		e := events.Event{}
		e.SetSpecVersion("1.0")
		e.SetID("1")
		e.SetType(rapid.SampledFrom(append(types, "aa")).Draw(t, "event"))
		if rapid.Bool().Draw(t, "resolved") {
			e.SetExtension("profileid", "p")
		}
		var want, got []string
		for _, f := range fs {
			for i := range f.Manifest.Triggers {
				parsed, err := filter.Parse(f.Manifest.Expression(i))
				require.NoError(t, err)
				if parsed.Holds(e) {
					want = append(want, f.Manifest.Name)
					break
				}
			}
		}
		for _, s := range r.wanted(e) {
			got = append(got, s.name)
		}
		require.Equal(t, want, got)
	})
}

func TestABrokenFilterNamesItsFileAndPlace(t *testing.T) {
	_, err := newRoutes([]*function.Function{named("f", "intake", function.Trigger{Type: "a"}, function.Trigger{Filter: "type ="})})
	require.ErrorContains(t, err, "f/function.yaml: triggers[1]: filter")
}

func TestTwoFunctionsOfOneNameAreRefused(t *testing.T) {
	f := named("f", "intake", function.Trigger{Type: "a"})
	_, err := newRoutes([]*function.Function{f, f})
	require.ErrorContains(t, err, `function "f" is there twice`)
}
