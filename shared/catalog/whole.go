package catalog

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"redthread.dev/shared/store"
)

// Whole reads the whole catalogue as it is now, for replays. The error is the store's,
// or names the document that cannot be read.
func Whole(ctx context.Context, documents store.Store) (Facts, error) {
	var facts Facts
	for _, collection := range []string{Products, Stores, Stocks} {
		for d, err := range documents.Query(ctx, store.Query{Collection: collection}) {
			if err != nil {
				return Facts{}, fmt.Errorf("read all %s: %w", collection, err)
			}
			fact, err := factOf(d)
			if err != nil {
				return Facts{}, err
			}
			facts.add(fact)
		}
	}
	return facts, nil
}

// Size returns how many products, stores and stocks are known.
func (f Facts) Size() (products, stores, stock int) {
	return len(f.products), len(f.shops), len(f.stock)
}

// Of returns the part of f that a need asks for. The need is worked out when something
// is looked up for the first time: most decisions look nothing up.
func (f Facts) Of(need func() Need) Facts {
	f.asked = sync.OnceValue(need)
	return f
}

func (f Facts) hasSKU(sku string) bool {
	return f.asked == nil || slices.Contains(f.asked().SKUs, sku)
}

func (f Facts) hasStore(id string) bool {
	if f.asked == nil {
		return true
	}
	need := f.asked()
	return need.AllStores || slices.Contains(need.StoreIDs, id)
}

func (f Facts) hasStock(of StockOf) bool {
	return f.asked == nil || slices.Contains(f.asked().Stock, of)
}
