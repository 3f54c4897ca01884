package store

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Merged is Paged for drivers that walk one partition at a time: of several it has a walk
// each, and takes from them in the order of all.
func Merged(q Query, begin func(Query) Walk) iter.Seq2[Document, error] {
	if len(q.Also) == 0 || CheckQuery(q) != nil {
		return Paged(q, begin)
	}
	return func(yield func(Document, error) bool) {
		var open []*partition
		for _, name := range slices.Concat([]string{q.Partition}, q.Also) {
			one := q
			one.Partition, one.Also = name, nil
			next, stop := iter.Pull2(Paged(one, begin))
			defer stop()
			open = append(open, &partition{next: next})
			open[len(open)-1].turn()
		}
		for n := 0; q.Limit == 0 || n < q.Limit; n++ {
			open = slices.DeleteFunc(open, func(p *partition) bool { return p.over })
			if len(open) == 0 {
				return
			}
			first := slices.MinFunc(open, q.order)
			if !yield(first.document, first.err) || first.err != nil {
				return
			}
			first.turn()
		}
	}
}

// partition is the walk over one, and what it has come to.
type partition struct {
	next     func() (Document, error, bool)
	document Document
	err      error
	over     bool
}

func (p *partition) turn() {
	var more bool
	p.document, p.err, more = p.next()
	p.over = !more
}

// order puts first whose document comes first, and before all who has an error.
func (q Query) order(a, b *partition) int {
	if a.err != nil || b.err != nil {
		return cmp.Compare(failed(b), failed(a))
	}
	if q.Descending {
		a, b = b, a
	}
	x, y := a.document, b.document
	return cmp.Or(strings.Compare(x.Entry.Sort, y.Entry.Sort), strings.Compare(x.Key.ID, y.Key.ID))
}

func failed(p *partition) int {
	if p.err != nil {
		return 1
	}
	return 0
}
