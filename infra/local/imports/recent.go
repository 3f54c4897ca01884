package imports

import (
	"strconv"
	"time"
)

// recent remembers at least the last n keys that were set or read, and at most twice
// as many, so that a file of any length is read in the same memory.
type recent[K comparable, V any] struct {
	n          int
	young, old map[K]V
}

func newRecent[K comparable, V any](n int) *recent[K, V] {
	return &recent[K, V]{n: n, young: map[K]V{}}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	if value, ok := r.young[key]; ok {
		return value, true
	}
	value, ok := r.old[key]
	if ok {
		r.set(key, value)
	}
	return value, ok
}

func (r *recent[K, V]) set(key K, value V) {
	if len(r.young) >= r.n {
		if _, there := r.young[key]; !there {
			r.old, r.young = r.young, make(map[K]V, r.n)
		}
	}
	r.young[key] = value
}

// ordinals tells rows apart that say the same of the same second: the format gives
// them no ids, and each of them happened.
type ordinals struct {
	at   time.Time
	seen map[string]int
}

// name returns key for the first row of it in a second, key-2 for the next.
func (o *ordinals) name(at time.Time, key string) string {
	if !at.Equal(o.at) || o.seen == nil {
		o.at = at
		if o.seen == nil {
			o.seen = map[string]int{}
		}
		clear(o.seen)
	}
	o.seen[key]++
	if n := o.seen[key]; n > 1 {
		return key + "-" + strconv.Itoa(n)
	}
	return key
}
