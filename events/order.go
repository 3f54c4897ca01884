package events

import "time"

// OrderPlaced says that a customer bought something, in whichever place.
type OrderPlaced struct {
	Common `jsonschema:"require=place"`
	// The order, or the receipt of a purchase in a store.
	OrderID string `json:"order_id" jsonschema:"minLength=1,example=10042"`
	// The store it was bought in, or will be collected in.
	StoreID string `json:"store_id,omitempty"`
	// The basket it came from.
	BasketID string `json:"basket_id,omitempty"`
	// What was bought.
	Lines []Line `json:"lines" jsonschema:"minItems=1"`
	// What the customer pays in all.
	Total Money `json:"total" jsonschema:"def=price"`
	// The tax that is in total.
	Tax Money `json:"tax,omitzero" jsonschema:"def=price"`
	// The freight that is in total.
	Shipping Money `json:"shipping,omitzero" jsonschema:"def=price"`
	// What was taken off the order as a whole.
	Discounts []Discount `json:"discounts,omitempty" jsonschema:"maxItems=50"`
	// How it was paid.
	Payment string `json:"payment,omitempty" jsonschema:"example=mobilepay"`
	// How it gets home.
	Delivery Delivery `json:"delivery"`
	// Set when it is a present.
	Gift Gift `json:"gift,omitzero"`
	// Whether a business or a person bought; missing: a person.
	CustomerType CustomerType `json:"customer_type,omitempty"`
}

// Type is dev.redthread.order.placed.v1.
func (OrderPlaced) Type() string { return "dev.redthread.order.placed.v1" }

// OrderReady says that a click-and-collect order waits in its store.
type OrderReady struct {
	Common
	// The order.
	OrderID string `json:"order_id" jsonschema:"minLength=1,example=10042"`
	// The store it waits in.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// What the customer shows to get it.
	Code string `json:"code" jsonschema:"minLength=1,example=4711"`
	// When it goes back.
	HoldUntil time.Time `json:"hold_until" jsonschema:"when=planned"`
}

// Type is dev.redthread.order.ready.v1.
func (OrderReady) Type() string { return "dev.redthread.order.ready.v1" }

// OrderCollected says that the customer has fetched an order, or a part of one.
type OrderCollected struct {
	Common
	// The order.
	OrderID string `json:"order_id" jsonschema:"minLength=1,example=10042"`
	// The store it was fetched in.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// What was fetched, where it is a part of the order; missing: all that was left of it.
	Lines []Line `json:"lines,omitempty"`
}

// Type is dev.redthread.order.collected.v1.
func (OrderCollected) Type() string { return "dev.redthread.order.collected.v1" }

// OrderReturned says that all or part of an order came back, not always to the
// place where it was bought.
type OrderReturned struct {
	Common `jsonschema:"require=place"`
	// The return.
	ReturnID string `json:"return_id" jsonschema:"minLength=1,example=r-501"`
	// The order it was part of.
	OrderID string `json:"order_id" jsonschema:"minLength=1,example=10042"`
	// The store it came back to.
	StoreID string `json:"store_id,omitempty"`
	// What came back, at the prices it was bought for.
	Lines []Line `json:"lines" jsonschema:"minItems=1"`
	// What the customer gets back, a positive amount.
	Refund Money `json:"refund" jsonschema:"def=price"`
	// Why, in the shop's or the customer's words.
	Reason string `json:"reason,omitempty" jsonschema:"example=too small"`
}

// Type is dev.redthread.order.returned.v1.
func (OrderReturned) Type() string { return "dev.redthread.order.returned.v1" }

// OrderRecorded says that every system that should know of an order now does.
type OrderRecorded struct {
	// The order.
	OrderID string `json:"order_id" jsonschema:"minLength=1,example=10042"`
	// The systems that know it.
	In []string `json:"in" jsonschema:"minItems=1,maxItems=50,example=loyalty"`
}

// Type is dev.redthread.order.recorded.v1.
func (OrderRecorded) Type() string { return "dev.redthread.order.recorded.v1" }

// Delivery is how an order gets home.
type Delivery string

// The ways an order gets home.
const (
	DeliveryShip       Delivery = "ship"
	DeliveryCollect    Delivery = "collect"
	DeliveryCarriedOut Delivery = "carried_out"
)

// CustomerType tells a business from a person.
type CustomerType string

// The types of customer.
const (
	CustomerB2B CustomerType = "b2b"
	CustomerB2C CustomerType = "b2c"
)

// Discount is something taken off an order.
type Discount struct {
	// The voucher's code, if it was by one.
	Code string `json:"code,omitempty"`
	// What the receipt calls it.
	Name string `json:"name,omitempty"`
	// How much, a positive amount.
	Amount Money `json:"amount" jsonschema:"def=price"`
}

// Gift is what the buyer of a present told about it.
type Gift struct {
	// What it is for: birthday, name_day, anniversary, valentine, womens_day, easter, mothers_day,
	// fathers_day, midsummer, christmas, new_years_eve, by these or their usual names in English,
	// Danish and Swedish; anything else does not come back every year.
	Occasion string `json:"occasion" jsonschema:"minLength=1,example=birthday"`
	// Who it is for, in the buyer's words.
	Recipient string `json:"recipient" jsonschema:"minLength=1,example=mum"`
	// The day it is for.
	Date Date `json:"date,omitempty" jsonschema:"when=planned"`
	// What the card says.
	Message string `json:"message,omitempty"`
}
