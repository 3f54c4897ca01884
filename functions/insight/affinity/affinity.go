// Package affinity learns from orders which products are bought together (shared/together).
//
// It does so once EVERY is set: until somebody asks what goes with what, as scanandgo does,
// nothing is written.
//
// An order is kept as a basket in one write, and found there when it comes once more. Once
// in EVERY the baskets that came in are counted, in the course of whatever order comes
// next: a shop that sells nothing has nothing to learn, and there is no clock to set. So a
// product is read and written once a day however often it was sold, and no document is
// what all orders wait for.
//
// What may be missed: baskets that nobody has counted in a week, as when a shop sold
// nothing for so long. What may count twice: an order that is told again after a week.
package affinity

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/together"
)

//go:embed function.yaml
var manifest []byte

const name = "affinity"

// Spec is the function.
var Spec = function.Define(name, manifest, serve)

type settings struct {
	Every time.Duration `envconfig:"EVERY" default:"0s" least:"0s" most:"120h"` // how often baskets are counted, such as 24h; 0: nothing is learnt
}

type learner struct {
	env   function.Env
	every time.Duration

	counting sync.Mutex
	next     time.Time // not before this is there anything to count
}

func serve(s settings, env function.Env) (*function.Function, error) {
	l := &learner{env: env, every: s.Every}
	return &function.Function{Handle: l.handle}, nil
}

// handle keeps the order's basket, and counts baskets if it is time. An order that does
// not hold together is left alone: collect tells whoever sent it.
func (l *learner) handle(ctx context.Context, e events.Event) (*events.Event, error) {
	now := l.env.Now().UTC()
	if l.every == 0 || events.Check(e, now) != nil {
		return nil, nil
	}
	order, err := events.Decode[events.OrderPlaced](e)
	if err != nil {
		return nil, function.Never(err)
	}
	if err := l.keep(ctx, e.Source(), order, now); err != nil {
		return nil, fmt.Errorf("affinity: %s: %w", events.Tag(e), err)
	}
	l.learn(ctx, now)
	return nil, nil
}

// keep creates the order's basket. If it is there already, it is.
func (l *learner) keep(ctx context.Context, source string, order events.OrderPlaced, now time.Time) error {
	skus := make([]string, len(order.Lines))
	for i, line := range order.Lines {
		skus[i] = line.SKU
	}
	basket, ok := together.NewBasket(skus)
	if !ok {
		return nil
	}
	w, err := together.WriteBasket(basket, together.BasketKey(source, order.OrderID), now)
	if err != nil {
		return function.Never(err)
	}
	if err := l.env.Store.Commit(ctx, w); !errors.Is(err, store.ErrConflict) {
		return err
	}
	return nil
}
