package store

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// shelf is a walk over the documents of a partition, two a page; that of "torn" fails.
func shelf(pages *int) func(Query) Walk {
	return func(q Query) Walk {
		read := 0
		return func(int) (found []Document, more bool, err error) {
			if *pages++; q.Partition == "torn" && read == 2 {
				return nil, false, errors.New("torn")
			}
			for range 2 {
				read++
				found = append(found, Document{Key: Key{ID: fmt.Sprint(q.Partition, read)}, Entry: Entry{Partition: q.Partition, Sort: fmt.Sprint(read)}, Version: 1})
			}
			return found, read < 4, nil
		}
	}
}

func TestPartitionsAreMergedAsFarAsSomebodyWantsThem(t *testing.T) {
	for name, c := range map[string]struct {
		q     Query
		stop  int
		want  string
		pages int
		fails string
	}{
		"one":                            {Query{Partition: "a"}, 9, "[a1 a2 a3 a4]", 2, ""},
		"two, a page of each at a time":  {Query{Partition: "b", Also: []string{"a"}}, 9, "[a1 b1 a2 b2 a3 b3 a4 b4]", 4, ""},
		"as many as are wanted":          {Query{Partition: "a", Also: []string{"b"}, Limit: 3}, 9, "[a1 b1 a2]", 3, ""},
		"until the caller stops":         {Query{Partition: "a", Also: []string{"b"}}, 2, "[a1 b1]", 2, ""},
		"up to an error":                 {Query{Partition: "a", Also: []string{"torn"}}, 9, "[a1 torn1 a2 torn2]", 4, "query leaves: torn"},
		"none of a name that is twice":   {Query{Partition: "a", Also: []string{"b", "b"}}, 9, "[]", 0, "query leaves: leaves: invalid: of several partitions each has a name of its own, not \"b\""},
		"none where the first has none":  {Query{Also: []string{"b"}}, 9, "[]", 0, "query leaves: leaves: invalid: of several partitions each has a name of its own, not \"b\""},
		"no more than any store can ask": {Query{Partition: "a", Also: make([]string, 30)}, 9, "[]", 0, "query leaves: leaves: invalid: 31 partitions in one query, at most 30"},
	} {
		t.Run(name, func(t *testing.T) {
			pages, found, last := 0, []string{}, ""
			c.q.Collection = "leaves"
			for d, err := range Merged(c.q, shelf(&pages)) {
				if err != nil {
					last = err.Error()
					continue
				}
				if found = append(found, d.Key.ID); len(found) == c.stop {
					break
				}
			}
			require.Equal(t, c.want, fmt.Sprint(found))
			require.Equal(t, c.pages, pages)
			require.Equal(t, c.fails, last)
		})
	}
}
