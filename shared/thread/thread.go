// Package thread is what we have said to a customer and mean to say: contacts,
// each flow's state by business key, the trail of its decisions, and timers.
package thread

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-json"

	"redthread.dev/shared/store"
)

// Collection is where threads are kept; their index entry is a shard and the time
// of the earliest timer.
const Collection = "threads"

// Shards is how many partitions the timers' index has.
const Shards = 16

// Bounds of a thread, so that a customer of ten years is no bigger than one of
// ten weeks.
const (
	maxContacts = 60
	maxTrail    = 12
	maxKeys     = 20
	maxWaiting  = 100       // keys, those a timer waits for among them
	maxKept     = 192 << 10 // bytes of one flow's states: half of what a store takes as one document
	keepContact = 92 * 24 * time.Hour
)

// Thread is one customer's document.
type Thread struct {
	Profile    string          `json:"profile"`
	Contacts   []Contact       `json:"contacts,omitempty"` // oldest first
	Flows      map[string]Flow `json:"flows,omitempty"`
	Timers     []Timer         `json:"timers,omitempty"` // earliest first
	MergedInto string          `json:"mergedinto,omitempty"`

	mine bool // see Mine
}

// Mine returns t for somebody who holds it alone, if so: what changes it from now on
// changes it in place, and copies of it with it. Else a change leaves every copy as
// it was.
func (t Thread) Mine(alone bool) Thread {
	t.mine = alone
	return t
}

// Flow is what one flow remembers about one customer.
type Flow struct {
	Keys  map[string]State `json:"keys,omitempty"`
	Trail []Entry          `json:"trail,omitempty"` // newest last
}

// State is what a flow remembers about one business key.
type State struct {
	Data    json.RawMessage `json:"data,omitempty"`
	Updated time.Time       `json:"updated"`
	About   time.Time       `json:"about,omitzero"` // when the latest event it comes from happened
	Goal    time.Time       `json:"goal,omitzero"`  // when the flow's goal came
	// Known is what the flow has learnt about the key, by the name of what taught it.
	// It is only ever added to, so that a merge can keep what both sides know.
	Known map[string]json.RawMessage `json:"known,omitempty"`
}

// Entry is one decision and what mattered to it.
type Entry struct {
	At      time.Time `json:"at"`
	Cause   string    `json:"cause"` // short hash of what was decided on
	Type    string    `json:"type"`  // event type, or timer name
	Key     string    `json:"key,omitempty"`
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
	Saw     []string  `json:"saw,omitempty"`
	Action  string    `json:"action,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Kind    string    `json:"kind,omitempty"`
	Segment string    `json:"segment,omitempty"` // that the customer was put into
	Told    *Told     `json:"told,omitempty"`    // what the decision answered with, if it was to tell something
}

// Told is an event that a flow made: what it tells everybody.
type Told struct {
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

// Timer wakes a flow.
type Timer struct {
	Flow  string    `json:"flow"`
	Name  string    `json:"name"`
	Key   string    `json:"key"`
	Due   time.Time `json:"due"`
	Set   time.Time `json:"set"`
	About time.Time `json:"about,omitzero"`  // when the event happened that it comes from
	Event string    `json:"event,omitempty"` // journal id of the event to decide about again
}

// Echo is the timer by which a flow answers once more as it did to what the timer's key names,
// a cause in its trail: the answer was lost.
const Echo = "echo"

// WakeID names the event that gives the timer back to its flow: the same at each tick
// until the timer is dropped or moved. WakeSource is that event's source.
func (t Timer) WakeID(profile string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{profile, t.Flow, t.Name, t.Key, t.Due.UTC().Format(time.RFC3339Nano)}, "\x00")))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// WakeSource is the source of events that give timers back to their flows.
const WakeSource = "/redthread/timers"

// Key returns the key of a profile's thread.
func Key(profile string) store.Key { return store.Key{Collection: Collection, ID: profile} }

// Read decodes a thread's document; a missing one is an empty thread.
func Read(d store.Document) (Thread, error) {
	if !d.Exists() {
		return Thread{Profile: d.Key.ID}, nil
	}
	var t Thread
	if err := json.Unmarshal(d.Data, &t); err != nil {
		return t, fmt.Errorf("decode thread %q: %w", d.Key.ID, err)
	}
	t.Profile = d.Key.ID
	return t, nil
}

// Write returns the write that commits t at the version it was read at.
func Write(t Thread, version int64) (store.Write, error) {
	data, err := json.Marshal(&t)
	if err != nil {
		return store.Write{}, fmt.Errorf("encode thread %q: %w", t.Profile, err)
	}
	return store.Write{Key: Key(t.Profile), Version: version, Data: data, Entry: t.entry()}, nil
}

func (t Thread) entry() store.Entry {
	if len(t.Timers) == 0 {
		return store.Entry{}
	}
	return store.Entry{Partition: Shard(t.Profile), Sort: store.SortTime(t.Timers[0].Due)}
}

// Shard returns the partition of the timers' index that a profile's thread is in.
func Shard(profile string) string {
	h := fnv.New32a()
	h.Write([]byte(profile))
	return ShardName(int(h.Sum32() % Shards))
}

// ShardName returns the name of the i-th partition, 0 ≤ i < Shards.
func ShardName(i int) string { return "shard-" + strconv.Itoa(i) }

// State returns what a flow remembers about a key.
func (t Thread) State(flow, key string) State { return t.Flows[flow].Keys[key] }

// Decided returns the trail's entry for a cause, if it is still remembered.
func (t Thread) Decided(flow, cause string) (Entry, bool) {
	for _, e := range t.Flows[flow].Trail {
		if e.Cause == cause {
			return e, true
		}
	}
	return Entry{}, false
}

// Record adds an entry to a flow's trail.
func (t *Thread) Record(flow string, e Entry) {
	f := t.Flows[flow]
	trail := held(f.Trail, t.mine)
	f.Trail = append(slices.Delete(trail, 0, max(0, len(trail)+1-maxTrail)), e)
	t.setFlow(flow, f)
}

func (t *Thread) setFlow(name string, f Flow) {
	t.Flows = writable(t.Flows, t.mine)
	t.Flows[name] = f
}

// SetTimer sets a timer; one of the same flow, key and name is replaced.
func (t *Thread) SetTimer(n Timer) {
	t.DropTimers(n.Flow, n.Key, n.Name)
	t.Timers = append(t.Timers, n)
	slices.SortStableFunc(t.Timers, compareTimers)
}

// DropTimers drops a flow's timers for a key, of the given names or all.
func (t *Thread) DropTimers(flow, key string, names ...string) {
	t.Timers = slices.DeleteFunc(held(t.Timers, t.mine), func(x Timer) bool {
		return x.Flow == flow && x.Key == key && (len(names) == 0 || slices.Contains(names, x.Name))
	})
}

// held returns a list that may be changed.
func held[T any](list []T, mine bool) []T {
	if mine {
		return list
	}
	return slices.Clone(list)
}

// writable returns a map that may be changed.
func writable[V any](m map[string]V, mine bool) map[string]V {
	if mine && m != nil {
		return m
	}
	out := make(map[string]V, len(m)+1)
	maps.Copy(out, m)
	return out
}

// Timer returns a flow's timer by key and name.
func (t Thread) Timer(flow, key, name string) (Timer, bool) {
	for _, x := range t.Timers {
		if x.Flow == flow && x.Key == key && x.Name == name {
			return x, true
		}
	}
	return Timer{}, false
}

// Besides counts a flow's timers of a name, but for that of one key.
func (t Thread) Besides(flow, key, name string) (n int) {
	for _, x := range t.Timers {
		if x.Flow == flow && x.Name == name && x.Key != key {
			n++
		}
	}
	return n
}

func compareTimers(a, b Timer) int {
	return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Name, b.Name))
}

func tail[T any](s []T, n int) []T { return s[max(0, len(s)-n):] }
