package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

const (
	keep      = time.Minute
	mostKept  = 20_000 // documents of about a kilobyte
	maxStores = 10_000 // in one shop's chain, far beyond any
)

// everyStore is the name under which the answer about all stores is kept.
var everyStore = store.Key{Collection: Stores}

// Catalog reads the catalogue and keeps what it read for a minute. It is safe for
// concurrent use, and of those who ask for the same at once only one reads.
type Catalog struct {
	documents store.Store
	now       func() time.Time

	mu      sync.Mutex
	cache   *cache
	reading map[store.Key]*reading
}

// reading is a round trip under way. Once done is closed, err says how it went.
type reading struct {
	done chan struct{}
	err  error
}

// New returns a reader over a store's documents. Now is the clock by which a minute
// passes.
func New(documents store.Store, now func() time.Time) *Catalog {
	return &Catalog{documents: documents, now: now, cache: newCache(mostKept), reading: map[store.Key]*reading{}}
}

// Facts returns what is needed, in one round trip for all that is not kept already (a
// query goes beside it when all stores are needed), and another for what is needed
// then. What does not exist is left out of the facts, and kept as such. The error is
// the store's, with what was read.
func (c *Catalog) Facts(ctx context.Context, need Need) (facts Facts, err error) {
	for {
		if err := c.fill(ctx, need, &facts); err != nil {
			return Facts{}, err
		}
		if need.Then == nil {
			return facts, nil
		}
		need = need.Then(facts)
	}
}

func (c *Catalog) fill(ctx context.Context, need Need, facts *Facts) error {
	keys := need.keys()
	if need.AllStores {
		keys = append(keys, everyStore)
	}
	for len(keys) > 0 {
		mine, theirs := c.claim(facts, &keys)
		if len(mine) > 0 {
			if err := c.read(ctx, mine, facts); err != nil {
				return err
			}
		}
		if err := wait(ctx, theirs); err != nil {
			return err
		}
		keys = slices.DeleteFunc(keys, func(k store.Key) bool { return slices.Contains(mine, k) })
	}
	return nil
}

// claim takes from keys those that are at hand, and splits the others into those
// that are ours to read now and those that somebody is reading.
func (c *Catalog) claim(facts *Facts, keys *[]store.Key) (mine []store.Key, theirs []*reading) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	var open []store.Key
	var r *reading
	for _, k := range *keys {
		if fact, ok := c.cache.get(k, now); ok {
			facts.add(fact)
			continue
		}
		open = append(open, k)
		if other, ok := c.reading[k]; ok {
			theirs = append(theirs, other)
			continue
		}
		if r == nil {
			r = &reading{done: make(chan struct{})}
		}
		c.reading[k] = r
		mine = append(mine, k)
	}
	*keys = open
	return mine, theirs
}

// wait waits for what others read. When they gave up we try ourselves; when the store
// failed them it failed us.
func wait(ctx context.Context, theirs []*reading) error {
	for _, r := range theirs {
		select {
		case <-r.done:
		case <-ctx.Done():
			return fmt.Errorf("read catalogue: %w", ctx.Err())
		}
		if r.err != nil && !errors.Is(r.err, context.Canceled) && !errors.Is(r.err, context.DeadlineExceeded) {
			return r.err
		}
	}
	return nil
}

// read asks the store, keeps the answers and tells those who wait, whatever happens.
func (c *Catalog) read(ctx context.Context, keys []store.Key, facts *Facts) (err error) {
	var answers map[store.Key]any
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		until := c.now().Add(keep)
		for k, fact := range answers {
			c.cache.put(k, answer{fact, until})
			facts.add(fact)
		}
		r := c.reading[keys[0]]
		for _, k := range keys {
			delete(c.reading, k)
		}
		r.err = err
		close(r.done)
	}()
	if answers, err = c.ask(ctx, keys); err != nil {
		return fmt.Errorf("read catalogue: %w", err)
	}
	return nil
}

// ask makes the round trip: one Get and, at the same time, the query when all stores
// are asked for.
func (c *Catalog) ask(ctx context.Context, keys []store.Key) (map[store.Key]any, error) {
	last := len(keys) - 1
	if keys[last] != everyStore {
		return c.get(ctx, keys)
	}
	var answers map[store.Key]any
	var errGet error
	var beside sync.WaitGroup
	beside.Go(func() { answers, errGet = c.get(ctx, keys[:last]) })
	all, err := c.queryStores(ctx)
	beside.Wait()
	if err := errors.Join(err, errGet); err != nil {
		return nil, err
	}
	answers[everyStore] = all
	return answers, nil
}

func (c *Catalog) get(ctx context.Context, keys []store.Key) (map[store.Key]any, error) {
	answers := make(map[store.Key]any, len(keys)+1)
	if len(keys) == 0 {
		return answers, nil
	}
	documents, err := c.documents.Get(ctx, keys...)
	if err != nil {
		return nil, err
	}
	for i, d := range documents {
		if answers[keys[i]], err = factOf(d); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

func (c *Catalog) queryStores(ctx context.Context) ([]shop, error) {
	var all []shop
	for d, err := range c.documents.Query(ctx, store.Query{Collection: Stores, Partition: allStores, Limit: maxStores}) {
		if err != nil {
			return nil, fmt.Errorf("list stores: %w", err)
		}
		fact, err := factOf(d)
		if err != nil {
			return nil, err
		}
		all = append(all, fact.(shop))
	}
	return all, nil
}

// factOf reads a document of the catalogue; nil: there is none.
func factOf(d store.Document) (any, error) {
	if !d.Exists() {
		return nil, nil
	}
	switch d.Key.Collection {
	case Products:
		return decoded[Product](d)
	case Stores:
		s, err := decoded[Store](d)
		return newShop(s), err
	default:
		return decoded[Stock](d)
	}
}

func decoded[T any](d store.Document) (T, error) {
	var fact T
	if err := json.Unmarshal(d.Data, &fact); err != nil {
		return fact, fmt.Errorf("read %s: %w", d.Key, err)
	}
	return fact, nil
}

func (f *Facts) add(fact any) {
	switch fact := fact.(type) {
	case Product:
		note(&f.products, fact.SKU, fact)
	case shop:
		note(&f.shops, fact.StoreID, fact)
	case Stock:
		note(&f.stock, StockOf{fact.StoreID, fact.SKU}, fact)
	case []shop:
		for _, s := range fact {
			note(&f.shops, s.StoreID, s)
		}
	}
}

// note makes the map when the first fact comes.
func note[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[k] = v
}
