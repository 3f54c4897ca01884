package catalog

import (
	"maps"
	"slices"

	"redthread.dev/events"
	"redthread.dev/shared/catalog/hours"
	"redthread.dev/shared/store"
)

// Need is what a flow wants to know before it decides.
type Need struct {
	SKUs      []string
	StoreIDs  []string
	Stock     []StockOf
	AllStores bool // to find the nearest; one query a minute

	// Then says what more is needed, such as the stock of stores that are found to be
	// near; nil for nothing. It is a second round trip, unless all of it is at hand.
	Then func(known Facts) Need
}

// and is a need with what is needed after it.
func (n Need) and(more Need) Need {
	return Need{
		SKUs: slices.Concat(n.SKUs, more.SKUs), StoreIDs: slices.Concat(n.StoreIDs, more.StoreIDs),
		Stock: slices.Concat(n.Stock, more.Stock), AllStores: n.AllStores || more.AllStores, Then: more.Then,
	}
}

// StockOf names a store's stock of a product.
type StockOf struct{ StoreID, SKU string }

// keys are the documents the need comes to, each once. A key no store could hold
// names nothing, and is not asked for.
func (n Need) keys() []store.Key {
	most := len(n.SKUs) + len(n.StoreIDs) + len(n.Stock)
	if most == 0 {
		return nil
	}
	keys := make([]store.Key, 0, most+1)
	seen := make(map[store.Key]bool, most)
	add := func(k store.Key, parts ...string) {
		if !seen[k] && !slices.Contains(parts, "") && store.CheckKeys(k) == nil {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, sku := range n.SKUs {
		add(ProductKey(sku), sku)
	}
	for _, id := range n.StoreIDs {
		add(StoreKey(id), id)
	}
	for _, s := range n.Stock {
		add(StockKey(s.StoreID, s.SKU), s.StoreID, s.SKU)
	}
	return keys
}

// shop is a store with its hours already read; nil: they cannot be.
type shop struct {
	Store
	hours *hours.Hours
}

func newShop(s Store) shop {
	h, err := s.Hours()
	if err != nil {
		return shop{Store: s} // collect has told whoever sent them
	}
	return shop{Store: s, hours: h}
}

// Facts are the part of the catalogue that was asked for. They are a value: they do
// not change, and are safe for concurrent use. The zero Facts know nothing.
type Facts struct {
	products map[string]Product
	shops    map[string]shop
	stock    map[StockOf]Stock
	asked    *asked // nil: for all there is
}

// NewFacts returns facts made of documents, for stories and replays.
func NewFacts(products []Product, stores []Store, stock []Stock) Facts {
	var f Facts
	for _, p := range products {
		f.add(p)
	}
	for _, s := range stores {
		f.add(newShop(s))
	}
	for _, s := range stock {
		f.add(s)
	}
	return f
}

// Product returns a product that was asked for; ok is false when there is none.
func (f Facts) Product(sku string) (p Product, ok bool) {
	if !f.hasSKU(sku) {
		return p, false
	}
	p, ok = f.products[sku]
	return p, ok
}

// Store returns a store that was asked for; ok is false when there is none.
func (f Facts) Store(storeID string) (s Store, ok bool) {
	if !f.hasStore(storeID) {
		return s, false
	}
	found, ok := f.shops[storeID]
	return found.Store, ok
}

// Hours returns the opening hours of a store that was asked for; ok is false when
// there is none, or when its hours or its time zone cannot be read.
func (f Facts) Hours(storeID string) (h *hours.Hours, ok bool) {
	if !f.hasStore(storeID) {
		return nil, false
	}
	h = f.shops[storeID].hours
	return h, h != nil
}

// Stock returns how many of a product a store has, if that was asked for; ok is false
// when nobody has said.
func (f Facts) Stock(storeID, sku string) (s Stock, ok bool) {
	if !f.hasStock(StockOf{storeID, sku}) {
		return s, false
	}
	s, ok = f.stock[StockOf{storeID, sku}]
	return s, ok
}

// Stores returns the stores that were asked for, by id.
func (f Facts) Stores() []Store {
	stores := make([]Store, 0, len(f.shops))
	for _, id := range slices.Sorted(maps.Keys(f.shops)) {
		if f.hasStore(id) {
			stores = append(stores, f.shops[id].Store)
		}
	}
	return stores
}

// Nearest returns the n stores closest to a place among those asked for (see Nearest).
func (f Facts) Nearest(at events.Geo, n int) []Nearby { return Nearest(f.Stores(), at, n) }
