package flowtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
)

// Told is a story that was played: what it left in the store, and what came of it.
type Told struct {
	Settings map[string]string
	Store    store.Store // with the journal, the profile, the catalogue, the thread and the actions
	Customer string      // the profile id
	End      time.Time
	Decided  []function.Decided
	Actions  []action.Action
	// Restocked says that the catalogue changed on the way: a replay, for which it is one for
	// all times, may come to something else.
	Restocked bool
}

// Tell plays the story in a file once, in its order, for those who want to see whether
// they come to the same.
func Tell(t *testing.T, d flow.Definition, file string) Told {
	t.Helper()
	s := read(t, file)
	if _, ok := s.settings["HOLDOUT"]; !ok {
		s.settings = with(s.settings, "HOLDOUT", "0")
	}
	if _, ok := s.settings["CONTROL"]; !ok {
		s.settings = with(s.settings, "CONTROL", "0")
	}
	st, err := newStage(d, s.settings, nil)
	require.NoError(t, err)
	require.NoError(t, st.play(s))
	all, err := st.actions()
	require.NoError(t, err)
	return Told{Settings: s.settings, Store: st.store, Customer: customer, End: st.now, Decided: st.decided, Actions: all, Restocked: st.restocked}
}
