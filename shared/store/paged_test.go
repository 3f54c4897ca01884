package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// book is a walk over ten documents in pages of four.
type book struct {
	read  int
	most  []int // that were wanted of each page
	fails int   // the page that fails; 0: none
}

func (b *book) opened(Query) Walk { return b.page }

func (b *book) page(most int) (found []Document, more bool, err error) {
	if b.most = append(b.most, most); len(b.most) == b.fails {
		return nil, true, errors.New("torn")
	}
	for len(found) < 4 && b.read < 10 {
		b.read++
		found = append(found, Document{Key: Key{Collection: "leaves", ID: fmt.Sprint(b.read)}, Version: 1})
	}
	return found, b.read < 10, nil
}

func TestPagesAreReadAsFarAsSomebodyWantsThem(t *testing.T) {
	for name, c := range map[string]struct {
		limit, stop, want, pages int
	}{
		"all of it":              {0, 99, 10, 3},
		"up to a page's end":     {4, 99, 4, 1},
		"into a page":            {5, 99, 5, 2},
		"more than there is":     {50, 99, 10, 3},
		"until the caller stops": {0, 4, 4, 1},
	} {
		t.Run(name, func(t *testing.T) {
			b, n := &book{}, 0
			for d, err := range Paged(Query{Collection: "leaves", Limit: c.limit}, b.opened) {
				require.NoError(t, err)
				n++
				require.Equal(t, fmt.Sprint(n), d.Key.ID)
				if n == c.stop {
					break
				}
			}
			require.Equal(t, c.want, n)
			require.Len(t, b.most, c.pages)
			if c.limit == 5 {
				require.Equal(t, []int{5, 1}, b.most, "no more than is left of the limit is wanted")
			}
		})
	}
}

func TestAWalkEndsWithItsFirstError(t *testing.T) {
	b, n := &book{fails: 2}, 0
	var last error
	for _, err := range Paged(Query{Collection: "leaves"}, b.opened) {
		if last = err; err == nil {
			n++
		}
	}
	require.EqualError(t, last, "query leaves: torn")
	require.Equal(t, 4, n)

	b = &book{}
	for _, err := range Paged(Query{Collection: "leaves", Limit: -1}, b.opened) {
		require.ErrorIs(t, err, ErrInvalid)
	}
	require.Empty(t, b.most, "nothing is read for a query that is wrong")
}
