package carts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/infra/local/imports/carts"
)

func TestAVisitIsAbandonedWhenMoreBasketsWereBegunThanBought(t *testing.T) {
	boot := events.Line{SKU: "BOOT", Quantity: 1, Price: euros(25)}
	sock := events.Line{SKU: "SOCK", Quantity: 2, Price: euros(5)}
	story := []struct {
		does string
		data events.Data
		step carts.Step
	}{
		{"begins a basket", basket("b", 25, boot), carts.Created},
		{"adds to it", basket("b", 35, boot, sock), carts.Changed},
		{"takes out of it", basket("b", 10, sock), carts.Changed},
		{"takes out the last", basket("b", 0), carts.Emptied},
		{"looks at a product", &events.ProductViewed{Common: visit, SKU: "BOOT"}, carts.None},
		{"begins again", basket("b", 25, boot), carts.Created},
		{"buys it", &events.OrderPlaced{Common: visit, OrderID: "1", BasketID: "b", Lines: []events.Line{boot}, Total: euros(28)}, carts.Transacted},
		{"goes on with a basket from before we looked", basket("old", 99, boot), carts.Changed},
	}
	var c carts.Carts
	for _, s := range story {
		e, err := events.New("/test", s.does, time.Now(), s.data)
		require.NoError(t, err)
		step, err := c.Add(e)
		require.NoError(t, err)
		require.Equal(t, s.step, step, s.does)
	}
	seen := c.Visits()["s"]
	require.Equal(t, carts.Visit{Created: 2, Emptied: 1, Transacted: 1}, seen)
	require.True(t, seen.Abandoned())
}

func TestABasketThatCannotBeReadIsAnError(t *testing.T) {
	e, err := events.New("/test", "1", time.Now(), basket("b", 0))
	require.NoError(t, err)
	e.DataEncoded = []byte(`{"lines": 3}`)
	_, err = new(carts.Carts).Add(e)
	require.ErrorContains(t, err, "fold carts: decode basket.updated.v1")
}

var visit = events.Common{SessionID: "s", Place: events.PlaceWeb}

func basket(id string, total int64, lines ...events.Line) *events.BasketUpdated {
	return &events.BasketUpdated{Common: visit, BasketID: id, Lines: lines, Total: euros(total)}
}

func euros(n int64) events.Money { return events.Money{Amount: n * 100, Currency: "EUR"} }
