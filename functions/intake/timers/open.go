package timers

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"redthread.dev/events"
)

// open is what was sent and not taken: nobody knows whether its flow has heard of it.
type open struct {
	mu     sync.Mutex
	events map[string]events.Event
}

func newOpen() *open { return &open{events: map[string]events.Event{}} }

func (o *open) add(e events.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.events) < most/100 { // an event is larger than its id, and in most cases its timer is found again
		o.events[e.ID()] = e
	}
}

func (o *open) remove(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.events, id)
}

func (o *open) has(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.events[id]
	return ok
}

// all are the events, each customer's one after the other as they were due.
func (o *open) all() []events.Event {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.SortedFunc(maps.Values(o.events), func(a, b events.Event) int {
		if by := strings.Compare(events.ProfileID(a), events.ProfileID(b)); by != 0 {
			return by
		}
		return a.Time().Compare(b.Time())
	})
}
