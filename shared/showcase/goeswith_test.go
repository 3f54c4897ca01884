package showcase

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/together"
)

func TestWhatWasBoughtTogetherComesBeforeTheShopsWord(t *testing.T) {
	s := memory.New()
	for _, p := range []events.ProductChanged{
		{SKU: "YARN", Name: "Yarn", Complements: []string{"BAG", "NEEDLES", "LAMP", "YARN"}},
		{SKU: "LAMP", Name: "Lamp", Complements: []string{"BULB", "YARN", "BAG"}},
	} {
		record, ok := catalog.RecordOf(p, catalog.Stamp{Updated: time.Unix(0, 0), UpdatedBy: "test"})
		require.True(t, ok)
		w, _, err := record.Over(store.Document{})
		require.NoError(t, err)
		require.NoError(t, s.Commit(t.Context(), w))
	}
	w, err := together.Write(together.Bought{SKU: "YARN", Baskets: 100, With: []together.Partner{{SKU: "NEEDLES", Times: 60, Share: 0.2}, {SKU: "LAMP", Times: 60, Share: 0.1}}}, 0)
	require.NoError(t, err)
	require.NoError(t, s.Commit(t.Context(), w))
	skus := []string{"YARN", "LAMP"}
	facts, err := catalog.New(s, time.Now).Facts(t.Context(), catalog.Need{SKUs: skus, Together: skus})
	require.NoError(t, err)

	all := GoesWith(skus, facts)
	require.Len(t, all, 3, "each once, and nothing that is there already")
	require.Equal(t, "NEEDLES", all[0].SKU)
	require.Equal(t, 60, all[0].Times)
	require.Equal(t, []together.Match{{SKU: "BULB", With: "LAMP"}, {SKU: "BAG", With: "LAMP"}}, all[1:])
	require.Empty(t, GoesWith(nil, facts))
}
