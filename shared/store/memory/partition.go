package memory

import (
	"slices"
	"strings"
)

// place is where a document stands in its partition.
type place struct{ sort, id string }

func (p place) compare(q place) int {
	if c := strings.Compare(p.sort, q.sort); c != 0 {
		return c
	}
	return strings.Compare(p.id, q.id)
}

// partition holds its places in order.
type partition []place

func (p partition) find(q place) (int, bool) { return slices.BinarySearchFunc(p, q, place.compare) }

func (p partition) with(q place) partition {
	i, _ := p.find(q)
	return slices.Insert(p, i, q)
}

func (p partition) without(q place) partition {
	if i, found := p.find(q); found {
		return slices.Delete(p, i, i+1)
	}
	return p
}

// between is the part with from ≤ sort < to, an empty bound being open.
func (p partition) between(from, to string) partition {
	start, _ := p.find(place{sort: from})
	end := len(p)
	if to != "" {
		end, _ = p.find(place{sort: to})
	}
	return p[start:max(start, end)]
}

// beyond is the part that a walk has still before it when it has come to q.
func (p partition) beyond(q place, descending bool) partition {
	i, found := p.find(q)
	switch {
	case descending:
		return p[:i]
	case found:
		return p[i+1:]
	}
	return p[i:]
}
