package ordersync

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
	"redthread.dev/shared/action"
)

// large is an order of as many lines as an event may have.
func large(order string) events.OrderPlaced {
	o := events.OrderPlaced{OrderID: order, Total: ore(500 * 1000), Delivery: events.DeliveryShip}
	for i := range 500 {
		o.Lines = append(o.Lines, events.Line{SKU: fmt.Sprintf("SCREW-5X40-%03d", i), Quantity: 1, Price: ore(1000)})
	}
	return o
}

func TestAHundredLargeOrdersAreAllBooked(t *testing.T) {
	c := openCounter(t)
	for i := range 100 {
		c.tell(mette, event(t, "/shop", fmt.Sprint("placed", i), c.now, large(fmt.Sprintf("%03d", i))))
		c.pass(time.Hour, 1)
	}
	require.Len(t, c.actions(events.ActionSync), 100)
}

func TestALargeOrderThatIsChangedAgainAndAgainGoesToAPerson(t *testing.T) {
	c := openCounter(t)
	for i := range 20 {
		c.tell(mette, event(t, "/shop", fmt.Sprint("placed", i), c.now, large("w-1")))
		c.pass(time.Hour, 1)
	}
	require.Len(t, c.actions(events.ActionTicket), 1)
	require.NotEmpty(t, c.actions(events.ActionSync))
	c.tell(mette, event(t, "/shop", "another", c.now, lamp("w-2")))
	c.pass(time.Hour, 1)
	require.True(t, slices.ContainsFunc(c.actions(events.ActionSync), func(a action.Action) bool { return a.Key == "w-2" }), "other orders are booked all the same")
}
