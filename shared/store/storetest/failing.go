package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"redthread.dev/shared/store"
)

// ErrStore is what a Failure fails with.
var ErrStore = errors.New("the store failed, as the test asked")

// Failure is a store one of whose calls fails. Call after call it is made to
// fail at the first, the second and so on until a run makes fewer calls than that,
// so that each single failure has been lived through. Safe for concurrent use.
type Failure struct {
	store.Store
	nth   int64
	acted bool
	calls atomic.Int64
}

// Failing fails the n-th call, from 1, before it does anything. With 0 none fails.
func Failing(s store.Store, n int) *Failure { return &Failure{Store: s, nth: int64(n)} }

// Losing fails the n-th call, from 1, after it was done: its answer is lost. A walk
// fails after its first document.
func Losing(s store.Store, n int) *Failure { return &Failure{Store: s, nth: int64(n), acted: true} }

// Calls returns how many there were; one that is less than n means that none failed.
func (f *Failure) Calls() int { return int(f.calls.Load()) }

// turn says whether the call that begins now fails before or after it acts.
func (f *Failure) turn(what string) (before, after error) {
	n := f.calls.Add(1)
	if n != f.nth {
		return nil, nil
	}
	err := fmt.Errorf("call %d, %s: %w", n, what, ErrStore)
	if f.acted {
		return nil, err
	}
	return err, nil
}

// Get implements store.Store.
func (f *Failure) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	before, after := f.turn("get")
	if before != nil {
		return nil, before
	}
	found, err := f.Store.Get(ctx, keys...)
	if after != nil {
		return nil, after
	}
	return found, err
}

// Commit implements store.Store.
func (f *Failure) Commit(ctx context.Context, writes ...store.Write) error {
	before, after := f.turn("commit")
	if before != nil {
		return before
	}
	err := f.Store.Commit(ctx, writes...)
	if after != nil {
		return after
	}
	return err
}

// Query implements store.Store.
func (f *Failure) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		before, after := f.turn("query")
		if before != nil {
			yield(store.Document{}, before)
			return
		}
		for d, err := range f.Store.Query(ctx, q) {
			if !yield(d, err) || err != nil {
				return
			}
			if after != nil {
				break
			}
		}
		if after != nil {
			yield(store.Document{}, after)
		}
	}
}
