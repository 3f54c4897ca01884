package broker

import (
	"sync"
	"sync/atomic"

	"redthread.dev/infra/local/queue"
)

// parcel is an item taken from the queue, with what is still to be done about it.
type parcel struct {
	envelope
	item   queue.Item
	broker *Broker
	open   atomic.Int32 // deliveries that are not over
}

// close ends one delivery whose outcome is safe; the last one removes the item
// from the queue.
func (p *parcel) close() {
	if p.open.Add(-1) > 0 {
		return
	}
	if err := p.item.Done(); err != nil {
		p.broker.log.Debug("not taken out of the queue: it will be delivered again", "error", err)
	} else {
		p.broker.count(-1)
	}
	p.broker.held.add(-1)
}

// leave ends one delivery whose outcome could not be kept: the item stays in the
// queue and is delivered again after the next start.
func (p *parcel) leave() {
	p.open.Add(1 << 16) // so that no close removes it
	p.broker.held.add(-1)
}

// count counts what is under way, and tells when nothing is.
type count struct {
	mu    sync.Mutex
	n     int64
	empty chan struct{} // closed when n becomes 0; nil: nobody waits
}

func (c *count) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	if c.n == 0 && c.empty != nil {
		close(c.empty)
		c.empty = nil
	}
}

func (c *count) value() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// zero returns a channel that is closed at a moment when the count is 0.
func (c *count) zero() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == 0 {
		closed := make(chan struct{})
		close(closed)
		return closed
	}
	if c.empty == nil {
		c.empty = make(chan struct{})
	}
	return c.empty
}
