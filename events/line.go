package events

// Line is a number of one product in a basket, an order or a return; 500 at most
// in one event.
type Line struct {
	// The product.
	SKU string `json:"sku" jsonschema:"minLength=1,example=BOOT-42"`
	// Its name, as shown.
	Name string `json:"name,omitempty"`
	// How many.
	Quantity int `json:"quantity" jsonschema:"minimum=1,maximum=1000000"`
	// What each costs, after discount.
	Price Money `json:"price" jsonschema:"def=price"`
	// What was taken off each, already taken off in price.
	Discount Money `json:"discount,omitzero" jsonschema:"def=price"`
	// Its category.
	Category string `json:"category,omitempty"`
	// Size, colour and the like.
	Variant string `json:"variant,omitempty"`
	// Its picture.
	ImageURL string `json:"image_url,omitempty" jsonschema:"pattern=^https?://"`
	// Its page.
	URL string `json:"url,omitempty" jsonschema:"pattern=^https?://"`
	// That it is wrapped as a gift.
	Gift bool `json:"gift,omitempty"`
}
