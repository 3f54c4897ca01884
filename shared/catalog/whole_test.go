package catalog

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
)

func TestTheWholeCatalogueIsReadAndShownAsFarAsItIsAskedFor(t *testing.T) {
	s := memory.New()
	by := Stamp{Updated: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), UpdatedBy: "test"}
	for _, data := range []events.Data{
		events.ProductChanged{SKU: "YARN", Name: "Yarn"}, events.ProductChanged{SKU: "LAMP", Name: "Lamp"},
		events.StoreChanged{StoreID: "cph", Name: "Copenhagen", TimeZone: "Europe/Copenhagen", OpeningHours: "24/7"},
		events.StoreChanged{StoreID: "aar", Name: "Aarhus"},
		events.StockChanged{StoreID: "cph", SKU: "YARN", Available: 3},
	} {
		record, ok := RecordOf(data, by)
		require.True(t, ok)
		w, _, err := record.Over(store.Document{})
		require.NoError(t, err)
		require.NoError(t, s.Commit(context.Background(), w))
	}
	all, err := Whole(context.Background(), s)
	require.NoError(t, err)
	products, stores, stock := all.Size()
	require.Equal(t, []int{2, 2, 1}, []int{products, stores, stock})
	require.Len(t, all.Stores(), 2)

	asked := 0
	some := all.Of(func() Need {
		asked++
		return Need{SKUs: []string{"YARN"}, StoreIDs: []string{"cph"}}
	})
	require.Zero(t, asked, "nothing was looked up yet")
	_, ok := some.Product("YARN")
	require.True(t, ok)
	_, ok = some.Product("LAMP")
	require.False(t, ok)
	_, ok = some.Hours("cph")
	require.True(t, ok)
	lost, ok := some.Store("aar")
	require.False(t, ok)
	require.Zero(t, lost)
	_, ok = some.Stock("cph", "YARN")
	require.False(t, ok, "the stock was not asked for")
	require.Len(t, some.Stores(), 1)
	require.Len(t, all.Of(func() Need { return Need{AllStores: true} }).Stores(), 2)
	require.Equal(t, 1, asked)
}
