package catalog

import (
	"strings"
	"time"

	"redthread.dev/shared/store"
)

// cache keeps what was read until it is a minute old. It holds at most size
// answers in two generations: when the young one is full it becomes the old one, and
// the old one, which nobody asked for since, is dropped.
type cache struct {
	young, old map[store.Key]answer
	size       int
}

// answer is what a document said: Product, shop, Stock, beside, []shop for all stores, or nil
// when there is no document.
type answer struct {
	fact  any
	until time.Time
}

func newCache(size int) *cache {
	return &cache{young: map[store.Key]answer{}, old: map[store.Key]answer{}, size: size}
}

func (c *cache) get(k store.Key, now time.Time) (fact any, ok bool) {
	a, ok := c.young[k]
	if !ok {
		if a, ok = c.old[k]; ok && now.Before(a.until) {
			c.put(k, a)
		}
	}
	return a.fact, ok && now.Before(a.until)
}

// put keeps an answer. Its key may be part of some customer's document, which is not to
// be kept with it.
func (c *cache) put(k store.Key, a answer) {
	k.ID = strings.Clone(k.ID)
	if len(c.young) >= c.size/2 {
		c.old, c.young = c.young, make(map[store.Key]answer, c.size/2)
	}
	c.young[k] = a
}
