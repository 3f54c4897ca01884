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
	all := f
	f.asked = &asked{work: func() Need {
		n := need()
		for n.Then != nil {
			known := n
			n = n.and(n.Then(all.Of(func() Need { known.Then = nil; return known })))
		}
		return n
	}}
	return f
}

// asked is a need that is worked out once.
type asked struct {
	work func() Need
	once sync.Once
	need Need
}

func (a *asked) forWhat() *Need {
	a.once.Do(func() { a.need = a.work() })
	return &a.need
}

func (f Facts) hasSKU(sku string) bool {
	return f.asked == nil || slices.Contains(f.asked.forWhat().SKUs, sku)
}

func (f Facts) hasStore(id string) bool {
	if f.asked == nil {
		return true
	}
	need := f.asked.forWhat()
	return need.AllStores || slices.Contains(need.StoreIDs, id)
}

func (f Facts) hasStock(of StockOf) bool {
	return f.asked == nil || slices.Contains(f.asked.forWhat().Stock, of)
}
