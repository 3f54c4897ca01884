package timers

import (
	"sync"
	"time"
)

const (
	// again is how long a timer is left alone once it was sent: its flow is about to
	// drop it. If that came to nothing it is sent again afterwards.
	again = 5 * time.Minute
	// most is how many are remembered; to forget one means to send it twice.
	most = 100_000
)

// memory is what was sent of late, in the functions' time.
type memory struct {
	mu         sync.Mutex
	young, old map[string]time.Time
	since      time.Time // when young was begun
}

func newMemory() *memory { return &memory{young: map[string]time.Time{}} }

// recently tells whether the event was sent in the last few minutes.
func (m *memory) recently(id string, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.young[id]
	if !ok {
		at, ok = m.old[id]
	}
	return ok && !now.Before(at) && now.Sub(at) < again
}

func (m *memory) add(id string, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now.Sub(m.since) >= again || len(m.young) >= most/2 {
		m.young, m.old, m.since = map[string]time.Time{}, m.young, now
	}
	m.young[id] = now
}
