package events

import "github.com/goccy/go-json"

// BasketUpdated is a whole basket as it is now.
type BasketUpdated struct {
	Common
	// The basket, the same from its first line to the order.
	BasketID string `json:"basket_id" jsonschema:"minLength=1,example=b-7f3a"`
	// All that is in it; none: it was emptied.
	Lines []Line `json:"lines"`
	// What it costs, lines after discount.
	Total Money `json:"total" jsonschema:"def=price"`
	// The voucher's code, if one was entered.
	Coupon string `json:"coupon,omitempty"`
	// The store it is to be collected in, or is being filled in.
	StoreID string `json:"store_id,omitempty"`
}

// Type is dev.redthread.basket.updated.v1.
func (BasketUpdated) Type() string { return "dev.redthread.basket.updated.v1" }

// MarshalJSON writes no lines as an empty list: a basket without the list would
// not say that it was emptied.
func (b BasketUpdated) MarshalJSON() ([]byte, error) {
	type plain BasketUpdated
	if b.Lines == nil {
		b.Lines = []Line{}
	}
	return json.Marshal((*plain)(&b))
}

// BasketAbandoned says that the shop's own system holds a basket for abandoned.
type BasketAbandoned struct {
	Common
	// The basket.
	BasketID string `json:"basket_id" jsonschema:"minLength=1,example=b-7f3a"`
	// All that is in it.
	Lines []Line `json:"lines" jsonschema:"minItems=1"`
	// What it costs, lines after discount.
	Total Money `json:"total" jsonschema:"def=price"`
	// The last step of the checkout that was reached.
	Step string `json:"step,omitempty" jsonschema:"example=delivery"`
}

// Type is dev.redthread.basket.abandoned.v1.
func (BasketAbandoned) Type() string { return "dev.redthread.basket.abandoned.v1" }
