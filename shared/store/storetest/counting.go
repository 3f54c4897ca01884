package storetest

import (
	"context"
	"iter"
	"sync/atomic"

	"redthread.dev/shared/store"
)

// Counter is a store that counts its round trips. It is safe for concurrent use.
type Counter struct {
	store.Store
	get, commit, query atomic.Int64
}

// Trips are round trips made. A query counts as one whatever its pages.
type Trips struct{ Get, Commit, Query int64 }

// All is the sum of them.
func (t Trips) All() int64 { return t.Get + t.Commit + t.Query }

// Counting counts the round trips to s, also of calls that fail.
func Counting(s store.Store) *Counter { return &Counter{Store: s} }

// Trips returns what was counted since the last Reset.
func (c *Counter) Trips() Trips {
	return Trips{Get: c.get.Load(), Commit: c.commit.Load(), Query: c.query.Load()}
}

// Reset starts the count anew.
func (c *Counter) Reset() {
	c.get.Store(0)
	c.commit.Store(0)
	c.query.Store(0)
}

// Get implements store.Store.
func (c *Counter) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	c.get.Add(1)
	return c.Store.Get(ctx, keys...)
}

// Commit implements store.Store.
func (c *Counter) Commit(ctx context.Context, writes ...store.Write) error {
	c.commit.Add(1)
	return c.Store.Commit(ctx, writes...)
}

// Query implements store.Store. A walk that is never begun is not counted.
func (c *Counter) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		c.query.Add(1)
		c.Store.Query(ctx, q)(yield)
	}
}
