package flowtest

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/flow"
)

// Said plays the stories of a flow in a folder, for a customer who says in their place of
// the story's own that they speak the language of a locale, and returns all that the flow
// asked for, by the story's name. A story in which nobody says what they speak stays as it is.
func Said(t testing.TB, d flow.Definition, folder, locale string) map[string][]action.Action {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "there is no story in %s", folder)
	all := map[string][]action.Action{}
	for _, file := range files {
		s := read(t, file)
		require.NoError(t, s.speak(locale), file)
		st, err := newStage(d, s.settings, nil)
		require.NoError(t, err, file)
		require.NoError(t, st.play(s), file)
		all[strings.TrimSuffix(filepath.Base(file), ".txtar")], err = st.actions()
		require.NoError(t, err, file)
	}
	return all
}

// speak has the customer speak another language.
func (s *story) speak(locale string) error {
	for _, next := range s.steps {
		if next.event == nil {
			continue
		}
		fields := map[string]any{}
		if err := json.Unmarshal(next.event.Data(), &fields); err != nil {
			return err
		}
		if _, says := fields["locale"]; !says {
			continue
		}
		fields["locale"] = locale
		if err := next.event.SetData("application/json", fields); err != nil {
			return err
		}
	}
	return nil
}
