// Package clock is the one time that everything on this machine lives in: the real
// one, one that runs faster, or one that stands still until it is told to move.
package clock

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Clock tells the time. It is safe for concurrent use and never goes backwards.
type Clock struct {
	speed float64 // virtual seconds in a real one; 0: it is stepped

	mu    sync.Mutex
	start time.Time     // virtual
	began time.Time     // real, when it was start; with Go's monotonic reading
	moved chan struct{} // closed and replaced at each step
}

// Real returns the machine's clock.
func Real() *Clock {
	now := time.Now()
	return &Clock{speed: 1, start: now, began: now}
}

// Scaled returns a clock that begins at start and runs speed times as fast as real
// time; speed is more than 0.
func Scaled(start time.Time, speed float64) *Clock {
	return &Clock{speed: speed, start: start, began: time.Now()}
}

// Stepped returns a clock that stands at start until Advance.
func Stepped(start time.Time) *Clock {
	return &Clock{start: start, moved: make(chan struct{})}
}

// Speed returns how many virtual seconds pass in a real one; 0: it is stepped.
func (c *Clock) Speed() float64 { return c.speed }

// Now returns the virtual time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.speed == 0 {
		return c.start.UTC()
	}
	return c.start.Add(time.Duration(float64(time.Since(c.began)) * c.speed)).UTC()
}

// Advance moves a stepped clock to a time. An earlier one leaves it where it is, and
// so does any for a clock that runs by itself.
func (c *Clock) Advance(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.speed == 0 && to.After(c.start) {
		c.start = to
		close(c.moved)
		c.moved = make(chan struct{})
	}
}

// Wait waits until a virtual time; it returns the context's error when that ends
// first.
func (c *Clock) Wait(ctx context.Context, until time.Time) error {
	for {
		left := until.Sub(c.Now())
		if left <= 0 {
			return nil
		}
		var passed <-chan time.Time
		if c.speed > 0 {
			passed = time.After(time.Duration(float64(left)/c.speed) + 1)
		}
		select {
		case <-passed:
		case <-c.step(until):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// step returns a channel that is closed when a stepped clock moves, or has moved
// past until meanwhile; nil for one that runs.
func (c *Clock) step(until time.Time) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.moved != nil && !until.After(c.start) {
		passed := make(chan struct{})
		close(passed)
		return passed
	}
	return c.moved
}

// ParseSpeed reads how fast a clock is to run: 3600x, 60x, 0.5x; "1x" is real time.
func ParseSpeed(s string) (float64, error) {
	speed, err := strconv.ParseFloat(strings.TrimSuffix(s, "x"), 64)
	if err != nil || !(speed > 0 && speed <= 1e6) {
		return 0, fmt.Errorf("speed %q: expected how many times as fast as real time, e.g. 60x or 3600x", s)
	}
	return speed, nil
}
