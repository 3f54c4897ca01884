package stores

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/functions"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/shared/together"
)

// season sells for some days, more on one of them than is counted in a batch, and returns
// what is known of it in the end.
func season(t *testing.T, open func(store.Option) store.Store) map[store.Key]storetest.Held {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	db := open(store.WithClock(clock))
	daily := map[string]map[string]string{"affinity": {"EVERY": "24h"}}
	spec, ok := functions.Named("affinity")
	require.True(t, ok)
	f, err := spec.New(function.Env{Override: daily, Store: db, Now: clock, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	for day, orders := range []int{20, 520, 5} {
		for i := range orders {
			order := events.OrderPlaced{OrderID: fmt.Sprint(day, "-", i), Delivery: events.DeliveryShip, Total: events.Money{Amount: 100, Currency: "DKK"}}
			order.Place = events.PlaceWeb
			for _, sku := range []string{fmt.Sprint("a", i%3), fmt.Sprint("b", i%4), "ø/Ö"} {
				order.Lines = append(order.Lines, events.Line{SKU: sku, Quantity: 1, Price: events.Money{Amount: 100, Currency: "DKK"}})
			}
			e, err := events.New("/shop", order.OrderID, now, order)
			require.NoError(t, err)
			_, err = f.Guard()(context.Background(), e)
			require.NoError(t, err)
			now = now.Add(time.Second)
		}
		now = now.Add(25 * time.Hour)
	}
	return storetest.Content(t, db, together.Collection, together.Baskets)
}

func TestWhatIsBoughtTogetherIsCountedTheSameOnEveryStore(t *testing.T) {
	want := season(t, func(clock store.Option) store.Store { return memory.New(clock) })
	require.Len(t, want, 8+545+1, "products, baskets, and how far they are counted")
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, season(t, func(clock store.Option) store.Store { return open(t, place, clock) }))
		})
	}
}
