package replay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// piles are the journals of customers, one on each.
type piles struct {
	*Journal
	who  *census
	of   map[string]*pile
	all  plans
	held int64 // bytes
	mine part
	off  []part // that are put off to another go
	last string // the place of the journal's latest entry
}

type pile struct {
	profile string
	hash    uint64
	docs    []*document
}

// part is the customers in whose hash the lowest bits are these.
type part struct {
	bits uint
	are  uint64
}

func (p part) has(hash uint64) bool { return hash&(1<<p.bits-1) == p.are }

// mostParts bounds how far the customers are divided.
const mostParts = 40

// tellEvery is how many entries are read between two words of progress.
const tellEvery = 1 << 14

// gather reads the journals of one part of the customers. When there is no room for all
// it puts half of them off.
func (p *piles) gather(ctx context.Context, mine part) error {
	p.of, p.held, p.mine, p.all = map[string]*pile{}, 0, mine, plans{}
	read, reader := 0, NewReader(p.Rules)
	for e, err := range ahead(p.shares(ctx), p.Rules) {
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		if read++; read%tellEvery == 0 && p.Progress != nil {
			p.Progress(Progress{Read: read})
		}
		if e.profile != "" {
			p.add(e)
		} else if err := p.all.add(&e.document, reader); err != nil {
			return err
		}
	}
	return nil
}

func (p *piles) add(e *entry) {
	p.last = max(p.last, e.place)
	id := p.who.now(e.profile)
	one := p.of[id]
	if one == nil {
		hash := hashOf(id)
		if !p.mine.has(hash) || !p.who.plays(id) {
			return
		}
		one = &pile{profile: id, hash: hash}
		p.of[id] = one
	}
	one.docs = append(one.docs, &e.document)
	p.held += int64(len(e.text))
	if p.held > p.Room && p.mine.bits < mostParts {
		p.putOff()
	}
}

// putOff drops half of the customers that are being gathered.
func (p *piles) putOff() {
	p.off = append(p.off, part{p.mine.bits + 1, p.mine.are | 1<<p.mine.bits})
	p.mine.bits++
	p.held = 0
	for id, one := range p.of {
		if !p.mine.has(one.hash) {
			delete(p.of, id)
			continue
		}
		for _, d := range one.docs {
			p.held += int64(len(d.text))
		}
	}
}

// sorted returns what was gathered, by profile id.
func (p *piles) sorted() []*pile {
	all := make([]*pile, 0, len(p.of))
	for _, one := range p.of {
		all = append(all, one)
	}
	p.of = nil
	slices.SortFunc(all, func(a, b *pile) int { return cmp.Compare(a.profile, b.profile) })
	return all
}
