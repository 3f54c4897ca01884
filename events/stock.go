package events

import "time"

// StoreWeb is the store id of the webshop's own warehouse.
const StoreWeb = "web"

// StockChanged is how many of a product a store has now; it replaces what was known.
type StockChanged struct {
	Common
	// The store, or web for the webshop's warehouse.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// The product.
	SKU string `json:"sku" jsonschema:"minLength=1,example=BOOT-42"`
	// How many can be sold; below 0 when more were sold than there are.
	Available int `json:"available" jsonschema:"minimum=-1000000000,maximum=1000000000"`
	// When they were counted; the latest count wins.
	AsOf time.Time `json:"as_of"`
}

// Type is dev.redthread.stock.changed.v1.
func (StockChanged) Type() string { return "dev.redthread.stock.changed.v1" }
