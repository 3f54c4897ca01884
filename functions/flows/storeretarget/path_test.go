package storeretarget

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/memory"
	"redthread.dev/shared/thread"
)

// A view, a visit, and an order of each world, each after the other: whatever the order
// they arrive in, the way to the last purchase is the same in the end.
func TestTheWayToAPurchaseIsTheSameInWhateverOrderItIsHeardOf(t *testing.T) {
	monday := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	order := func(id string, place events.Place) events.Data {
		return events.OrderPlaced{Common: events.Common{Place: place}, OrderID: id, Total: events.Money{Amount: 100, Currency: "DKK"},
			Lines: []events.Line{{SKU: "A", Quantity: 1, Price: events.Money{Amount: 100, Currency: "DKK"}}}, Delivery: events.DeliveryShip}
	}
	story := []events.Data{events.ProductViewed{SKU: "A"}, order("1", events.PlaceStore),
		events.StoreVisited{StoreID: "cph-01", Via: events.ViaQR}, order("2", events.PlaceWeb)}
	for _, arrival := range permutations(len(story)) {
		now := monday.Add(12 * time.Hour)
		s := memory.New(store.WithClock(func() time.Time { return now }))
		f, err := Flow.Spec().New(function.Env{Store: s, Now: func() time.Time { return now },
			Override: map[string]map[string]string{"storeretarget": {"HOLDOUT": "0", "CONTROL": "0"}}})
		require.NoError(t, err)
		var p profile.Profile
		version := int64(0)
		for _, i := range arrival {
			e, err := events.New("/shop", string(rune('a'+i)), monday.Add(time.Duration(i)*time.Hour), story[i])
			require.NoError(t, err)
			data, err := events.Parse(e)
			require.NoError(t, err)
			p.ID = "p"
			profile.Fold(&p, e, data)
			w, err := profile.Write(p, version)
			require.NoError(t, err)
			require.NoError(t, s.Commit(context.Background(), w))
			docs, err := s.Get(context.Background(), profile.Key("p"))
			require.NoError(t, err)
			version = docs[0].Version
			_, err = f.Guard()(context.Background(), events.Resolved(e, "p"))
			require.NoError(t, err)
		}
		docs, err := s.Get(context.Background(), thread.Key("p"))
		require.NoError(t, err)
		th, err := thread.Read(docs[0])
		require.NoError(t, err)
		require.Contains(t, string(th.State("storeretarget", key).Data), "researched offline, purchased online", "%v", arrival)
	}
}

// permutations are all orders of n things.
func permutations(n int) (all [][]int) {
	var place func(so []int, left []int)
	place = func(so, left []int) {
		if len(left) == 0 {
			all = append(all, append([]int(nil), so...))
		}
		for i, x := range left {
			rest := append(append([]int(nil), left[:i]...), left[i+1:]...)
			place(append(so, x), rest)
		}
	}
	first := make([]int, n)
	for i := range first {
		first[i] = i
	}
	place(nil, first)
	return all
}
