// Package replay holds replaying to what flows did when the events came.
package replay

import (
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/flow/replay"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
)

// decision is what must be the same.
type decision struct {
	At                         time.Time
	Type, Key, Verdict, Reason string
	Saw                        []string
	Action, Channel            string
	Goal, Touched              bool
}

func TestAReplayDecidesWhatTheFlowDecidedInEveryStory(t *testing.T) {
	stories := 0
	for _, d := range functions.Flows {
		files, err := filepath.Glob("../../functions/flows/" + d.Name + "/testdata/*.txtar")
		require.NoError(t, err)
		for _, file := range files {
			stories++
			t.Run(d.Name+"/"+strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				told := flowtest.Tell(t, d, file)
				if told.Restocked {
					t.Skip("the catalogue changes on the way, which a replay does not know of")
				}
				want, actions := decided(told), written(t, told.Actions)
				got, done := again(t, d, told, false)
				require.Equal(t, want, got)
				require.Equal(t, actions, written(t, done))
				got, _ = again(t, d, told, true)
				require.Equal(t, want, got, "and the same without a word")
			})
		}
	}
	require.Greater(t, stories, 20)
}

func decided(told flowtest.Told) []decision {
	var all []decision
	for _, d := range told.Decided {
		all = append(all, decision{d.At, d.Type, d.Key, d.Verdict, d.Reason, d.Saw, d.Action, d.Channel, d.Goal, d.Touched})
	}
	return ordered(all)
}

// ordered are decisions in the order of their times. A story has its events of one minute in
// an order of its own, which the journal does not keep.
func ordered(all []decision) []decision {
	slices.SortStableFunc(all, func(a, b decision) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Key, b.Key))
	})
	return all
}

func again(t *testing.T, d flow.Definition, told flowtest.Told, silent bool) ([]decision, []action.Action) {
	rules := profile.Rules{Country: "DK"}
	facts, err := catalog.Whole(context.Background(), told.Store)
	require.NoError(t, err)
	f, err := d.Make(function.Env{Silent: silent, Override: map[string]map[string]string{d.Name: told.Settings}})
	require.NoError(t, err)
	past := replay.Past{Profile: told.Customer}
	r := replay.NewReader(rules)
	for doc, err := range told.Store.Query(context.Background(), profile.History(told.Customer)) {
		require.NoError(t, err)
		e, err := r.Read(doc)
		require.NoError(t, err)
		past.Events = append(past.Events, e)
	}
	replay.Sort(past.Events)
	var all []decision
	var done []action.Action
	play := replay.Play{Suites: [][]*flow.Flow{{f}}, Facts: facts, Until: told.End}
	play.Customer(past, func(d *replay.Decision) {
		require.NoError(t, d.Err)
		all = append(all, decision{d.At, d.Type, d.Key, d.Verdict, d.Reason, d.Saw, d.Entry.Action, d.Channel, d.Goal, d.Touched})
		if d.Action != nil {
			done = append(done, *d.Action)
		}
	})
	return ordered(all), done
}

// written is actions as they are kept, but for the name of the timer that caused one:
// stories name timers in another way.
func written(t *testing.T, actions []action.Action) []string {
	var all []string
	for _, a := range actions {
		a.Cause = ""
		text, err := json.Marshal(a)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	return all
}
