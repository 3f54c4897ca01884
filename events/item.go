package events

// ItemScanned says that a customer scanned a product in a store, by app or
// self-scanner.
type ItemScanned struct {
	Common
	// The store.
	StoreID string `json:"store_id" jsonschema:"minLength=1,example=cph-01"`
	// The product.
	SKU string `json:"sku" jsonschema:"minLength=1,example=BOOT-42"`
	// The basket it went into, if it did.
	BasketID string `json:"basket_id,omitempty"`
}

// Type is dev.redthread.item.scanned.v1.
func (ItemScanned) Type() string { return "dev.redthread.item.scanned.v1" }
