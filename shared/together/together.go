// Package together knows what is bought together: for each product those that share
// baskets with it, how often, and which of them go with what somebody has in theirs.
//
// It is learnt from orders, whoever placed them, in three steps. Each order leaves a small
// document with its products (Basket). Later those that came in are counted in batches
// (Count), into one document for each product (Bought) that says up to which basket it has
// been counted: so each basket counts once, whenever a batch is broken off or counted
// twice, and a product that everybody buys is written once a batch and not once an order.
// Whoever asks reads the documents of what is in a basket, and no others (Best).
//
// No document names a customer. For the days that a basket is kept, who knows the number
// of an order could tell what was in it; after that nobody can.
package together

import (
	"fmt"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

// The collections: one document for each product, and one for each basket for some days.
const (
	Collection = "together"
	Baskets    = "baskets"
)

// Kept is how many companions of a product are counted. On invoices from before those that
// the tests ask about, of a shop with 2,800 products, 100 find as many as 200 do, and 30
// find a tenth less.
const Kept = 100

// Bought is how often a product was bought, and what with.
type Bought struct {
	SKU     string    `json:"sku"`
	Baskets int       `json:"baskets"`           // that held it
	Through string    `json:"through"`           // the last basket that was counted: see Basket.At
	With    []Partner `json:"with,omitempty"`    // those it shared most baskets with, most first; at most Kept
	Dropped bool      `json:"dropped,omitempty"` // there are more
}

// Partner is a product that shared baskets with another. Times and Over are those of the
// Space-Saving algorithm (Metwally, Agrawal, El Abbadi: Efficient Computation of Frequent
// and Top-k Elements in Data Streams, 2005): it was at least Times − Over, at most Times.
type Partner struct {
	SKU   string `json:"sku"`
	Times int    `json:"times"`
	Over  int    `json:"over,omitempty"`
	// Share is in how much of all baskets it was, 0 to 1, when the two were last counted
	// together: as a share it ages little until then, where a count would not.
	Share float64 `json:"share"`
}

// Key is where it is kept what a product is bought together with.
func Key(sku string) store.Key { return store.Key{Collection: Collection, ID: sku} }

// Read decodes a product's document; one that does not exist says that it was never bought.
func Read(d store.Document) (Bought, error) {
	b := Bought{SKU: d.Key.ID}
	if !d.Exists() {
		return b, nil
	}
	if err := json.Unmarshal(d.Data, &b); err != nil {
		return b, fmt.Errorf("read %s: %w", d.Key, err)
	}
	return b, nil
}

// Write returns the write of a product's document over the version it was read at.
func Write(b Bought, version int64) (store.Write, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return store.Write{}, fmt.Errorf("write %s: %w", Key(b.SKU), err)
	}
	return store.Write{Key: Key(b.SKU), Version: version, Data: data}, nil
}
