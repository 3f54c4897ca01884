package affinity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
	"redthread.dev/shared/together"
)

const (
	// settled is how long a basket rests: by then all that came in before it are written,
	// so that none is found in a place that was passed already.
	settled = 10 * time.Minute
	again   = time.Minute // after one that failed, or that somebody else was quicker with
	size    = 500         // baskets of a batch
	batches = 4           // counted in the course of one order; the next goes on
	some    = 100         // documents read at a time
	atOnce  = 8           // documents written at a time, each for itself: which is enough, as each says how far it is
)

// tally is how far baskets are counted.
type tally struct {
	Baskets int       `json:"baskets"`          // in all
	Through string    `json:"through"`          // the place of the last one
	Done    time.Time `json:"counted,omitzero"` // when there were no more
}

// tallyKey is beside the baskets, none of which has such a key.
var tallyKey = store.Key{Collection: together.Baskets, ID: "counted"}

// learn counts baskets if it is time and nobody here is at it. When somebody elsewhere is,
// it leaves them to it. The order that came has been kept whatever becomes of it: if
// counting fails, one that comes later tries again.
func (l *learner) learn(ctx context.Context, now time.Time) {
	if !l.counting.TryLock() {
		return
	}
	defer l.counting.Unlock()
	for n := 0; n < batches && !now.Before(l.next); n++ {
		if err := l.batch(ctx, now); err != nil {
			l.next = now.Add(again)
			if !errors.Is(err, store.ErrConflict) {
				l.env.Log.Error("baskets could not be counted; they will be tried again", "error", err)
			}
		}
	}
}

// batch counts the baskets that follow those that were counted: first into the documents
// of their products, each of which says how far it is, then into the tally. Broken off
// anywhere, it is done again and comes to the same.
func (l *learner) batch(ctx context.Context, now time.Time) error {
	docs, err := l.env.Store.Get(ctx, tallyKey)
	if err != nil {
		return err
	}
	var t tally
	if docs[0].Exists() {
		if err := json.Unmarshal(docs[0].Data, &t); err != nil {
			return fmt.Errorf("read %s: %w", tallyKey, err)
		}
	}
	if due := t.Done.Add(l.every); now.Before(due) {
		l.next = due
		return nil
	}
	baskets, err := l.waiting(ctx, t.Through, now.Add(-settled))
	if err != nil {
		return err
	}
	if err := l.count(ctx, baskets, t.Baskets); err != nil {
		return err
	}
	if n := len(baskets); n > 0 {
		t.Baskets, t.Through = t.Baskets+n, baskets[n-1].At
	}
	if len(baskets) < size {
		t.Done = now
	}
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return l.env.Store.Commit(ctx, store.Write{Key: tallyKey, Version: docs[0].Version, Data: data})
}

// waiting returns the next baskets that are to be counted. One that cannot be read counts
// as one of nothing.
func (l *learner) waiting(ctx context.Context, after string, before time.Time) ([]together.Basket, error) {
	var all []together.Basket
	for d, err := range l.env.Store.Query(ctx, together.After(after, before, size)) {
		if err != nil {
			return nil, err
		}
		b, err := together.ReadBasket(d)
		if err != nil {
			l.env.Log.Error("a basket cannot be read; nothing is learnt from it", "error", err)
		}
		all = append(all, b)
	}
	return all, nil
}

// count brings the products of baskets up to date.
func (l *learner) count(ctx context.Context, baskets []together.Basket, before int) error {
	known, versions := map[string]*together.Bought{}, map[string]int64{}
	for skus := range slices.Chunk(together.Products(baskets), some) {
		keys := make([]store.Key, len(skus))
		for i, sku := range skus {
			keys[i] = together.Key(sku)
		}
		docs, err := l.env.Store.Get(ctx, keys...)
		if err != nil {
			return err
		}
		for i, d := range docs {
			b, err := together.Read(d)
			if err != nil {
				l.env.Log.Error("what a product is bought with cannot be read; it is counted anew", "error", err)
				b = together.Bought{SKU: skus[i]}
			}
			known[skus[i]], versions[skus[i]] = &b, d.Version
		}
	}
	for skus := range slices.Chunk(together.Count(baskets, known, before), atOnce) {
		errs := make([]error, len(skus))
		var all sync.WaitGroup
		for i, sku := range skus {
			all.Go(func() {
				w, err := together.Write(*known[sku], versions[sku])
				if err == nil {
					err = l.env.Store.Commit(ctx, w)
				}
				errs[i] = err
			})
		}
		all.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}
