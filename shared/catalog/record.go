package catalog

import (
	"fmt"
	"net/url"

	"github.com/goccy/go-json"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// The collections of the catalogue.
const (
	Products = "products"
	Stores   = "stores"
	Stocks   = "stock"
)

// allStores is the partition of the stores' index that holds them all, by id.
const allStores = "all"

// ProductKey is where a product is kept.
func ProductKey(sku string) store.Key { return store.Key{Collection: Products, ID: sku} }

// StoreKey is where a store is kept.
func StoreKey(storeID string) store.Key { return store.Key{Collection: Stores, ID: storeID} }

// StockKey is where a store's stock of a product is kept: store_id/sku, the store id
// escaped so that no two pairs share a key.
func StockKey(storeID, sku string) store.Key {
	return store.Key{Collection: Stocks, ID: url.PathEscape(storeID) + "/" + sku}
}

// Record is what one catalogue event has to say, ready to be kept.
type Record struct {
	key   store.Key
	entry store.Entry
	stamp Stamp
	body  any // Product, Store or Stock
}

// RecordOf returns what product.changed, store.changed or stock.changed has to say;
// ok is false for any other data. It takes the data or a pointer to it.
func RecordOf(data events.Data, by Stamp) (r Record, ok bool) {
	switch e := data.(type) {
	case *events.ProductChanged:
		return RecordOf(*e, by)
	case *events.StoreChanged:
		return RecordOf(*e, by)
	case *events.StockChanged:
		return RecordOf(*e, by)
	case events.ProductChanged:
		return Record{key: ProductKey(e.SKU), stamp: by, body: NewProduct(e, by)}, true
	case events.StoreChanged:
		entry := store.Entry{Partition: allStores, Sort: e.StoreID}
		return Record{key: StoreKey(e.StoreID), entry: entry, stamp: by, body: NewStore(e, by)}, true
	case events.StockChanged:
		s := NewStock(e, by)
		return Record{key: StockKey(e.StoreID, e.SKU), stamp: s.Stamp, body: s}, true
	}
	return Record{}, false
}

// Key names the document the record is about, to be read before Over.
func (r Record) Key() store.Key { return r.key }

// Over returns the write that puts the record in the place of the document as it was
// read. When newer is false the document says something later, or the same, and
// stays. The error names the document that cannot be read.
//
// The write may go ahead of what it is committed with, such as the event's journal
// entry: what a product is does not depend on the journal, and when the event comes once
// more because the entry is missing the document bears its stamp already, and stays.
func (r Record) Over(old store.Document) (w store.Write, newer bool, err error) {
	if old.Exists() {
		var was Stamp
		if err := json.Unmarshal(old.Data, &was); err != nil {
			return store.Write{}, false, fmt.Errorf("read %s: %w", r.key, err)
		}
		if !r.stamp.Newer(was) {
			return store.Write{}, false, nil
		}
	}
	data, err := json.Marshal(r.body)
	if err != nil {
		return store.Write{}, false, fmt.Errorf("write %s: %w", r.key, err)
	}
	return store.Write{Key: r.key, Version: old.Version, Data: data, Entry: r.entry, Ahead: true}, true, nil
}
