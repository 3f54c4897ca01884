package store

import (
	"context"
	"math/rand/v2"
	"time"
)

// longest is the most that Pause waits.
const longest = 200 * time.Millisecond

// Pause waits before what lost a race (ErrConflict) is read and decided anew: at
// random, and longer at each try, so that those who raced do not race again. Of the
// first try, which is 0, it waits less than 1 ms; the bound doubles with each try until
// it is 200 ms (try 8 and later). It returns the context's error when that ends first.
//
// The whole wait is drawn at random ("full jitter"), which lets the fewest collide:
// M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
func Pause(ctx context.Context, try int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-time.After(rand.N(bound(try))):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bound is what the wait of a try is less than.
func bound(try int) time.Duration {
	if try >= 8 { // 1 ms << 8 is beyond the longest already, and << 60 would be none
		return longest
	}
	return time.Millisecond << max(try, 0)
}
