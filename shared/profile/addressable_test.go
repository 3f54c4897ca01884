package profile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

func TestWhoTakesMarketingIsFoundNewestFirstUntilTheyNoLongerDo(t *testing.T) {
	s := memory.New()
	keep := func(p profile.Profile) {
		docs, err := s.Get(t.Context(), profile.Key(p.ID))
		require.NoError(t, err)
		w, err := profile.Write(p, docs[0].Version)
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), w))
	}
	found := func(below string, limit int) (ids []string) {
		for d, err := range s.Query(t.Context(), profile.Addressable(below, limit)) {
			require.NoError(t, err)
			require.Empty(t, profile.MergedInto(d))
			ids = append(ids, d.Key.ID)
		}
		return ids
	}
	who := func(id string, channel events.ConsentChannel, purpose events.Purpose, granted bool) profile.Profile {
		p := happened(t, events.ConsentChanged{Common: events.Common{Customer: events.Identifiers{"login": id}}, Channel: channel, Purpose: purpose, Granted: granted})
		p.ID = id
		return *p
	}
	for _, id := range []string{"a", "b", "c"} {
		keep(who(id, "email", "marketing", true))
	}
	keep(who("d", "post", "all", true))
	keep(who("e", "email", "service", true))
	keep(who("f", "ads", "marketing", true))
	keep(who("g", "email", "profiling", true))
	keep(profile.Profile{ID: "h"})
	require.Equal(t, []string{"d", "c", "b", "a"}, found("", 0))
	require.Equal(t, []string{"d", "c"}, found("", 2))
	require.Equal(t, []string{"b", "a"}, found("c", 2))

	keep(who("a", "email", "marketing", false))
	keep(profile.Tombstone("b", "c"))
	keep(profile.Profile{ID: "d", Erased: at(1)})
	require.Equal(t, []string{"c"}, found("", 0))
	for d, err := range s.Query(t.Context(), profile.Absorbed("c")) {
		require.NoError(t, err)
		require.Equal(t, "b", d.Key.ID)
		require.Equal(t, "c", profile.MergedInto(d))
	}
	require.Empty(t, profile.MergedInto(store.Document{}))
}
