package events

// ProductViewed says that a customer looked at one product.
type ProductViewed struct {
	Common
	// The product.
	SKU string `json:"sku" jsonschema:"minLength=1,example=BOOT-42"`
	// Its name, as shown.
	Name string `json:"name,omitempty"`
	// Its category.
	Category string `json:"category,omitempty"`
	// Its price, as shown.
	Price Money `json:"price,omitzero" jsonschema:"def=price"`
	// Size, colour and the like.
	Variant string `json:"variant,omitempty"`
}

// Type is dev.redthread.product.viewed.v1.
func (ProductViewed) Type() string { return "dev.redthread.product.viewed.v1" }

// ProductChanged is a product as it is now; it replaces what was known.
type ProductChanged struct {
	Common
	// The product.
	SKU string `json:"sku" jsonschema:"minLength=1,example=BOOT-42"`
	// Its name.
	Name string `json:"name" jsonschema:"minLength=1"`
	// Its categories, the most telling one first.
	Categories []string `json:"categories,omitempty" jsonschema:"maxItems=50"`
	// Its brand.
	Brand string `json:"brand,omitempty"`
	// What one costs the customer.
	Price Money `json:"price" jsonschema:"def=price"`
	// What one costs the shop; with it, margins are known.
	Cost Money `json:"cost,omitzero" jsonschema:"def=price"`
	// Its picture.
	ImageURL string `json:"image_url,omitempty" jsonschema:"pattern=^https?://"`
	// Its page.
	URL string `json:"url,omitempty" jsonschema:"pattern=^https?://"`
	// Its barcode: GTIN-8, -12, -13 or -14.
	GTIN string `json:"gtin,omitempty" jsonschema:"pattern=^[0-9]{8\\,14}$,example=5701234567899"`
	// Set when it is used up and bought again.
	Consumable Consumable `json:"consumable,omitzero"`
	// SKUs that go well with it, the best first.
	Complements []string `json:"complements,omitempty" jsonschema:"maxItems=50"`
	// That it touches on health, pregnancy, religion or the like: only what a customer
	// declared may be used about it, never what was inferred.
	Sensitive bool `json:"sensitive,omitempty"`
	// That it is sold no more.
	Discontinued bool `json:"discontinued,omitempty"`
}

// Type is dev.redthread.product.changed.v1.
func (ProductChanged) Type() string { return "dev.redthread.product.changed.v1" }

// Consumable is a product that runs out.
type Consumable struct {
	// How many days one usually lasts.
	TypicalDays int `json:"typical_days" jsonschema:"minimum=1,maximum=3650"`
}
