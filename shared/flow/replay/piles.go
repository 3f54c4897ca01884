package replay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/store"
)

// batch is how many documents are read at a time.
const batch = 256

// piles are the events of customers, as far as they were read.
type piles struct {
	*Journal
	who    *census
	reads  int // documents in this go
	shards [64]shard

	mu   sync.RWMutex // held for writing while customers are put off
	held atomic.Int64 // bytes
	mine part
	off  []part

	latest     sync.Mutex
	lastSorted string // the place of the journal's latest event
}

type shard struct {
	mu sync.Mutex
	of map[string][]Event
}

// part is the customers in whose hash the lowest bits are these.
type part struct {
	bits uint
	are  uint64
}

func (p part) has(hash uint64) bool { return hash&(1<<p.bits-1) == p.are }

// gather reads the events of one part of the customers. When there is no room for all
// it puts half of them off.
func (p *piles) gather(ctx context.Context, mine part) error {
	p.mine, p.reads = mine, 0
	p.held.Store(0)
	for i := range p.shards {
		p.shards[i].of = map[string][]Event{}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	documents := make(chan []store.Document, 4*p.Workers)
	var readers sync.WaitGroup
	for range p.Workers {
		readers.Go(func() {
			r := NewReader(p.Rules)
			for docs := range documents {
				if err := p.take(r, docs); err != nil {
					cancel(err)
				}
			}
		})
	}
	err := p.scan(ctx, documents)
	close(documents)
	readers.Wait()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	return err
}

// scan walks the journal and hands out what is about the customers in question.
func (p *piles) scan(ctx context.Context, to chan<- []store.Document) error {
	docs := make([]store.Document, 0, batch)
	for d, err := range p.Store.Query(ctx, store.Query{Collection: profile.Journal}) {
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		if p.reads++; p.reads%(64*batch) == 0 && p.Progress != nil {
			p.Progress(Progress{Read: p.reads})
		}
		if d.Entry.Partition == "" {
			continue // about no customer, or erased
		}
		if docs = append(docs, d); len(docs) == batch {
			select {
			case to <- docs:
			case <-ctx.Done():
				return ctx.Err()
			}
			docs = make([]store.Document, 0, batch)
		}
	}
	to <- docs
	return nil
}

// take reads documents and puts their events onto the customers' piles.
func (p *piles) take(r *Reader, docs []store.Document) error {
	p.mu.RLock()
	full := false
	defer func() {
		p.mu.RUnlock()
		if full {
			p.putOff()
		}
	}()
	p.note(docs)
	for _, d := range docs {
		id := p.who.now(d.Entry.Partition)
		hash := hashOf(id)
		if !p.mine.has(hash) || !p.who.plays(id) {
			continue
		}
		e, err := r.Read(d)
		if err != nil {
			return err
		}
		s := &p.shards[hash>>58]
		s.mu.Lock()
		s.of[id] = append(s.of[id], e)
		s.mu.Unlock()
		full = p.held.Add(int64(len(d.Data))) > p.Room
	}
	return nil
}

// note keeps the place of the latest event.
func (p *piles) note(docs []store.Document) {
	var last string
	for _, d := range docs {
		last = max(last, d.Entry.Sort)
	}
	p.latest.Lock()
	p.lastSorted = max(p.lastSorted, last)
	p.latest.Unlock()
}

// putOff drops half of the customers that are being gathered.
func (p *piles) putOff() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held.Load() <= p.Room || p.mine.bits == 48 {
		return // somebody else made room
	}
	bit := uint64(1) << p.mine.bits
	p.off = append(p.off, part{p.mine.bits + 1, p.mine.are | bit})
	p.mine.bits++
	for i := range p.shards {
		for id := range p.shards[i].of {
			if !p.mine.has(hashOf(id)) {
				delete(p.shards[i].of, id)
			}
		}
	}
	p.held.Store(p.held.Load() / 2)
}

// pasts returns what was gathered, by profile id.
func (p *piles) pasts() []Past {
	var all []Past
	for i := range p.shards {
		for id, es := range p.shards[i].of {
			all = append(all, Past{Profile: id, Events: es, Thread: p.who.threads[id]})
		}
		p.shards[i].of = nil
	}
	slices.SortFunc(all, func(a, b Past) int { return cmp.Compare(a.Profile, b.Profile) })
	return all
}

// Sort puts events in the order in which they came in.
func Sort(es []Event) {
	slices.SortFunc(es, func(a, b Event) int {
		return cmp.Or(a.In.Compare(b.In), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}
