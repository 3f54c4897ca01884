package action

import (
	"time"

	"redthread.dev/events"
)

// Booking is all that the shop's systems are told of an order: how it stands, never
// what has changed. A system that knows a revision as high as this one's leaves its books
// as they are, else it puts what is here in the place of what it had. So nothing counts
// twice, or is taken for the last word that is not, in whatever order bookings come and
// however often.
//
// Money is conserved: Total = Refunded + what the shop keeps, and the Paid of all lines
// and the Freight add up to Total.
type Booking struct {
	OrderID  string          `json:"order_id"`
	Revision int             `json:"revision"` // grows with what is known of the order, not always by one
	Systems  []string        `json:"systems"`  // that are to know
	At       time.Time       `json:"at"`       // when it was placed
	Place    events.Place    `json:"place"`
	StoreID  string          `json:"store_id,omitempty"`
	Delivery events.Delivery `json:"delivery"`
	Total    events.Money    `json:"total"`   // what the customer paid in all
	Freight  events.Money    `json:"freight"` // what of it was not for goods
	// Refunded is what the customer is to have back of Total, in all. Of several systems one
	// pays refunds: what was paid back for the order until now, there or over a counter, may
	// be less than this, and then it pays what is missing. So each return is refunded once.
	Refunded events.Money `json:"refunded"`
	Points   int64        `json:"points"` // what the order is worth on the customer's account
	Lines    []BookedLine `json:"lines"`  // by product
	Stock    []Moved      `json:"stock,omitempty"`
}

// BookedLine is what became of one product of an order.
type BookedLine struct {
	SKU       string `json:"sku"`
	Bought    int    `json:"bought"`
	HandedOut int    `json:"handed_out"` // that have left the shop's stock
	Returned  int    `json:"returned"`   // of Bought
	Paid      int64  `json:"paid"`       // for all of them, minor units of the total's currency, discounts on the whole order taken off
}

// Moved is by how much an order changes the stock of a product in one place, in all:
// below 0 when more has gone out than came back.
type Moved struct {
	StoreID string `json:"store_id"` // "web" for the warehouse
	SKU     string `json:"sku"`
	By      int    `json:"by"`
}
