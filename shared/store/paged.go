package store

import (
	"fmt"
	"iter"
	"math"
)

// Walk reads a query's next documents, of which at most so many are wanted, and says
// whether there may be more.
type Walk func(most int) (found []Document, more bool, err error)

// Paged returns what a query finds, for drivers, who read it page by page in a walk that
// begin begins. No page is read that nobody comes to. The query is checked first; errors
// are told with its collection.
func Paged(q Query, begin func(Query) Walk) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		err, left := CheckQuery(q), q.Limit
		if left == 0 {
			left = math.MaxInt
		}
		next := begin(q)
		for more := true; err == nil && more && left > 0; {
			var found []Document
			if found, more, err = next(left); err != nil {
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
