package store

import (
	"fmt"
	"iter"
	"math"
)

// Paged returns what a query finds, for drivers, who read it page by page: each call of
// page returns the next documents, of which at most so many are wanted, and whether
// there may be more. No page is read that nobody comes to. The query is checked first;
// errors are told with its collection. What it returns is to be ranged over once.
func Paged(q Query, page func(most int) (found []Document, more bool, err error)) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		err, left := CheckQuery(q), q.Limit
		if left == 0 {
			left = math.MaxInt
		}
		for more := true; err == nil && more && left > 0; {
			var found []Document
			if found, more, err = page(left); err != nil {
				break
			}
			for _, d := range found[:min(len(found), left)] {
				if !yield(d, nil) {
					return
				}
				left--
			}
		}
		if err != nil {
			yield(Document{}, fmt.Errorf("query %s: %w", q.Collection, err))
		}
	}
}
