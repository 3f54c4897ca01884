package channel

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate keeps a provider from being asked too much: so many at a time, so many a
// second, and not at all while it has asked to be let alone.
type gate struct {
	slots chan struct{}
	limit *rate.Limiter

	mu    sync.Mutex
	until time.Time // by the machine's clock
}

// gates are those of a channel's providers; most have one, which has no name.
type gates struct {
	pace Pace
	mu   sync.Mutex
	of   map[string]*gate
}

func newGates(p Pace) *gates { return &gates{pace: p, of: map[string]*gate{}} }

func (g *gates) to(provider string) *gate {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of[provider] == nil {
		g.of[provider] = newGate(g.pace)
	}
	return g.of[provider]
}

func newGate(p Pace) *gate {
	g := &gate{slots: make(chan struct{}, p.Concurrency), limit: rate.NewLimiter(rate.Inf, 1)}
	if p.Rate > 0 {
		g.limit.SetLimit(rate.Limit(p.Rate))
	}
	return g
}

// Quota is a limiter for who takes most requests, ten or more, in any window of a length:
// no such window sees more than the bucket and what flows into it meanwhile.
func Quota(most int, window time.Duration) *rate.Limiter {
	burst := most / 10
	return rate.NewLimiter(rate.Limit(float64(most-burst)/window.Seconds()), burst)
}

// enter waits for a place and returns how to give it back. The error says what it
// would have had to wait for longer than patience.
func (g *gate) enter(ctx context.Context, patience time.Duration) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("%d sends are under way", cap(g.slots))
	}
	leave = func() { <-g.slots }
	for again := true; again; again = g.left() > 0 { // it may ask while its rate is waited for
		if err := g.rest(ctx); err != nil {
			leave()
			return nil, err
		}
		if err := g.limit.Wait(ctx); err != nil {
			leave()
			return nil, fmt.Errorf("the rate of %v sends a second is used up", g.limit.Limit())
		}
	}
	return leave, nil
}

// left is for how long the provider has asked to be let alone from now on.
func (g *gate) left() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Until(g.until)
}

// rest waits out what the provider has asked for.
func (g *gate) rest(ctx context.Context) error {
	left := g.left()
	if left <= 0 {
		return nil
	}
	refused := fmt.Errorf("the provider asked to be let alone for another %s", left.Round(time.Second))
	if end, ok := ctx.Deadline(); ok && time.Until(end) < left {
		return refused
	}
	select {
	case <-time.After(left):
		return nil
	case <-ctx.Done():
		return refused
	}
}

// longestRest bounds what a provider can ask for.
const longestRest = time.Hour

func (g *gate) pause(d time.Duration) {
	if d <= 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(min(d, longestRest)); until.After(g.until) {
		g.until = until
	}
}
