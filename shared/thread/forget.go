package thread

import (
	"cmp"
	"slices"
)

// SetState replaces what a flow remembers about a key. Of many keys, or of much about them,
// the stalest are forgotten, of those first that no timer waits for: of the others there is
// work to do.
func (t *Thread) SetState(flow, key string, s State) {
	f := t.Flows[flow]
	f.Keys = writable(f.Keys, t.mine)
	f.Keys[key] = s
	t.forget(flow, f.Keys)
	t.setFlow(flow, f)
}

// forget makes room in a flow's states. A thread that no store takes any more would end the
// work of all flows.
func (t *Thread) forget(flow string, keys map[string]State) {
	kept := 0
	for _, s := range keys {
		kept += s.size()
	}
	for len(keys) > 1 && (len(keys) > maxKeys || kept > maxKept) {
		idle := stalest(keys, func(key string) bool { return !t.waits(flow, key) })
		if idle == "" && len(keys) <= maxWaiting && kept <= maxKept {
			break
		}
		key := cmp.Or(idle, stalest(keys, func(string) bool { return true }))
		kept -= keys[key].size()
		delete(keys, key)
	}
}

// size is how many bytes of JSON the state is, but for what all states have.
func (s State) size() int {
	n := len(s.Data)
	for name, word := range s.Known {
		n += len(name) + len(word)
	}
	return n
}

// waits tells whether a timer of the flow's waits for the key.
func (t Thread) waits(flow, key string) bool {
	return slices.ContainsFunc(t.Timers, func(x Timer) bool { return x.Flow == flow && x.Key == key })
}

// stalest returns the key, of those that may go, whose state is the oldest; empty: none may.
func stalest(keys map[string]State, mayGo func(key string) bool) string {
	var oldest string
	for k, s := range keys {
		if !mayGo(k) {
			continue
		}
		o := keys[oldest]
		if oldest == "" || s.Updated.Before(o.Updated) || s.Updated.Equal(o.Updated) && k < oldest {
			oldest = k
		}
	}
	return oldest
}
