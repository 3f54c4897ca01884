package store

import (
	"context"
	"sync"
)

// Gate lets calls into a store until it is closed. The zero Gate is open.
type Gate struct {
	mu     sync.RWMutex // read-locked by each call under way
	closed bool
}

// Enter lets a call in, which ends with leave. The error is ErrClosed, or the context's
// when it has ended.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	g.mu.RLock()
	switch {
	case g.closed:
		err = ErrClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		return g.mu.RUnlock, nil
	}
	g.mu.RUnlock()
	return nil, err
}

// Close lets nobody in any more, and waits for the calls under way.
func (g *Gate) Close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}
