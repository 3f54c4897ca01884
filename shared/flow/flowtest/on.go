package flowtest

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/thread"
	"redthread.dev/shared/together"
)

// On plays the stories of a flow, those in the folder, each on a store of its own that
// open makes empty and in the story's time. Each must end as it is told, and with the
// same documents as in memory.
func On(t *testing.T, d flow.Definition, folder string, open func(t *testing.T, clock store.Option) store.Store) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txtar"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "no story in %s", folder)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := read(t, file)
			st := &stage{flow: d.Name, deliver: deliverOnce}
			require.NoError(t, st.set(d, s.settings, open(t, st.clock()), nil))
			require.NoError(t, st.play(s))
			outcome, err := st.outcome()
			require.NoError(t, err)
			require.Equal(t, s.outcome, outcome, "%s ends otherwise on this store", file)

			want := s.staged(t, d, nil, deliverOnce)
			require.Equal(t, storetest.Content(t, want.store, collections...), storetest.Content(t, st.store, collections...))
		})
	}
}

// collections are all that a story leaves documents in.
var collections = []string{profile.Collection, profile.Journal, thread.Collection, action.Collection,
	catalog.Products, catalog.Stores, catalog.Stocks, together.Collection}
