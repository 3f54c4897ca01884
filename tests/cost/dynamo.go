package main

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync"

	"redthread.dev/shared/function"
	"redthread.dev/shared/store"
	"redthread.dev/shared/store/dynamodb"
)

// dynamo knows what DynamoDB holds by what was written, as what a write costs depends on
// what it replaces. The units are worked out by units.go from the sizes of the items:
// moto says 1 or so whatever their size. What it says is added up beside them.
type dynamo struct {
	meter *meter
	clerk *clerk

	mu   sync.Mutex
	held map[store.Key]item
	said float64 // units, by the emulator
	shelves
	turns chan struct{}
}

// atOnce is how many calls there are at a time: the emulator takes one, and what waits for
// long for its answer is asked again, by the driver's patience.
const atOnce = 3

func newDynamo(m *meter, c *clerk) *dynamo {
	return &dynamo{meter: m, clerk: c, held: map[store.Key]item{}, shelves: shelves{}, turns: make(chan struct{}, atOnce)}
}

// turn waits for one; it ends with done.
func (d *dynamo) turn() (done func()) {
	d.turns <- struct{}{}
	return func() { <-d.turns }
}

// item is one that is held: its bytes, and its place in the index.
type item struct {
	bytes int
	entry entry
}

func (d *dynamo) wrap(name string, env *function.Env) {
	env.Store = &metered{Store: env.Store, dynamo: d, name: name}
}

// metered is a function's store.
type metered struct {
	store.Store
	dynamo *dynamo
	name   string
}

// read is what one operation came to, by collection.
type read struct {
	operation string
	sizes     []int
}

// listen returns a context whose calls are heard, and what was heard when they are done.
func (d *dynamo) listen(ctx context.Context) (context.Context, func() map[string][]read) {
	var mu sync.Mutex
	heard := map[string][]read{}
	ctx = dynamodb.Metered(ctx, func(u dynamodb.Usage) {
		mu.Lock()
		defer mu.Unlock()
		collection := u.Table[strings.LastIndex(u.Table, "-")+1:]
		heard[collection] = append(heard[collection], read{u.Operation, u.Sizes})
		d.mu.Lock()
		defer d.mu.Unlock()
		d.said += u.Units
	})
	return ctx, func() map[string][]read {
		mu.Lock()
		defer mu.Unlock()
		return heard
	}
}

// Get implements store.Store.
func (m *metered) Get(ctx context.Context, keys ...store.Key) ([]store.Document, error) {
	defer m.dynamo.turn()()
	ctx, heard := m.dynamo.listen(ctx)
	docs, err := m.Store.Get(ctx, keys...)
	asked := map[store.Key]bool{}
	for _, k := range keys {
		asked[k] = true
	}
	m.dynamo.meter.add(causeOf(ctx, m.name), use{Reads: got(len(asked), heard())}, 0)
	m.dynamo.clerk.heed(err)
	return docs, err
}

// got is the read of so many items by their keys; those that are not there cost too.
func got(asked int, heard map[string][]read) (units float64) {
	found := 0
	for _, reads := range heard {
		for _, r := range reads {
			for _, bytes := range r.sizes {
				units += readUnits(bytes, true)
				found++
			}
		}
	}
	return units + float64(max(0, asked-found))*readUnits(0, true)
}

// Query implements store.Store.
func (m *metered) Query(ctx context.Context, q store.Query) iter.Seq2[store.Document, error] {
	return func(yield func(store.Document, error) bool) {
		why := causeOf(ctx, m.name)
		ctx, heard := m.dynamo.listen(ctx)
		m.Store.Query(ctx, q)(yield)
		look, rest := walked(heard()[q.Collection])
		if m.name != "timers" {
			look, rest = 0, look+rest
		}
		m.dynamo.meter.add(cause{m.name, looking}, use{Reads: look}, 0)
		m.dynamo.meter.add(why, use{Reads: rest}, 0)
	}
}

// walked is a query: of the index, which may be a moment old, and then of what it found;
// or of all, without an index. Look is the index's.
func walked(reads []read) (look, rest float64) {
	for _, r := range reads {
		sum := 0
		for _, bytes := range r.sizes {
			sum += bytes
		}
		switch r.operation {
		case "Query":
			look += readUnits(sum, false)
		case "Scan":
			rest += readUnits(sum, true)
		default:
			rest += got(0, map[string][]read{"": {r}})
		}
	}
	return look, rest
}

// Commit implements store.Store.
func (m *metered) Commit(ctx context.Context, writes ...store.Write) error {
	defer m.dynamo.turn()()
	ctx, heard := m.dynamo.listen(ctx)
	err := m.Store.Commit(ctx, writes...)
	if err == nil || errors.Is(err, store.ErrConflict) {
		m.dynamo.meter.add(causeOf(ctx, m.name), use{Writes: m.dynamo.wrote(writes, heard(), err == nil)}, 0)
	}
	if err == nil {
		return m.dynamo.clerk.note(writes)
	}
	m.dynamo.clerk.heed(err)
	return err
}

// wrote is what a commit costs, step by step. One that was refused costs what it wrote
// before, and the items that the step which was refused looked at.
func (d *dynamo) wrote(writes []store.Write, heard map[string][]read, done bool) (units float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	sizes := map[string][]int{}
	for collection, reads := range heard {
		for _, r := range reads {
			sizes[collection] = append(sizes[collection], r.sizes...)
		}
	}
	for _, step := range store.Steps(writes) {
		written := done || len(sizes[step[0].Key.Collection]) > 0
		for _, w := range step {
			if !written {
				units += writeUnits(d.held[w.Key].bytes, 0, len(step) > 1)
				continue
			}
			is := item{}
			if left := sizes[w.Key.Collection]; len(left) > 0 {
				is.bytes, sizes[w.Key.Collection] = left[0], left[1:]
			}
			units += d.write(w, is, len(step) > 1)
		}
		if !written {
			break
		}
	}
	return units
}

// write is what one document costs that was written.
func (d *dynamo) write(w store.Write, is item, transaction bool) float64 {
	if w.Data != nil && w.Entry.Partition != "" {
		is.entry = entry{w.Key.ID, w.Entry.Partition, w.Entry.Sort}
	}
	was := d.held[w.Key]
	table, index := writeUnits(was.bytes, is.bytes, transaction), indexUnits(was.entry, is.entry)
	d.shelves.wrote(shelfOf(w.Key.Collection, was.entry.part+is.entry.part != ""), table+index, table-writeUnits(was.bytes, is.bytes, false), index)
	if d.held[w.Key] = is; w.Data == nil {
		delete(d.held, w.Key)
	}
	return table + index
}

// stored are the items that are held, as bytes with the indexes. Expiry is free.
func (d *dynamo) stored() shelves {
	d.mu.Lock()
	defer d.mu.Unlock()
	for k, i := range d.held {
		bytes := i.bytes + overhead
		if i.entry.part != "" {
			bytes += i.entry.size() + overhead
		}
		d.shelves.holds(shelfOf(k.Collection, i.entry.part != ""), bytes, false)
	}
	return d.shelves
}
