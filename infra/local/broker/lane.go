package broker

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// lanes is how many deliveries run side by side when all are quick. Stores
	// commit several writers at once, so it is much more than there are processors.
	lanes = 64
	// defaultPatience is how long a lane waits for a delivery before it goes on
	// without it.
	defaultPatience = 100 * time.Millisecond
	// limit is how long a delivery may take; then its context ends.
	limit = 30 * time.Second
)

// delivery is one event on its way to one function.
type delivery struct {
	parcel *parcel
	to     *subscriber
}

// lane delivers one after the other. Events about the same customer share a lane.
type lane struct {
	broker  *Broker
	mu      sync.Mutex
	waiting []delivery
	busy    bool
}

func (l *lane) push(d delivery) {
	l.mu.Lock()
	l.waiting = append(l.waiting, d)
	idle := !l.busy
	l.busy = true
	l.mu.Unlock()
	if idle {
		go l.run()
	}
}

func (l *lane) next() (delivery, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.busy, l.waiting = false, nil
		return delivery{}, false
	}
	d := l.waiting[0]
	l.waiting[0] = delivery{}
	l.waiting = l.waiting[1:]
	return d, true
}

// run works the lane until it is empty, or until a delivery is so slow that
// another goroutine took the lane over.
func (l *lane) run() {
	for {
		d, ok := l.next()
		if !ok {
			return
		}
		ctx, cancel := context.WithCancel(l.broker.ctx)
		var over atomic.Bool
		late := time.AfterFunc(l.broker.config.Patience, func() {
			if over.CompareAndSwap(false, true) {
				d.to.slow.Add(1)
				time.AfterFunc(limit-l.broker.config.Patience, cancel)
				l.run()
			}
		})
		l.broker.deliver(ctx, d)
		cancel()
		late.Stop()
		if !over.CompareAndSwap(false, true) {
			d.to.slow.Add(-1)
			return
		}
	}
}
