package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func TestACommitIsSplitWhereOneMayGoAhead(t *testing.T) {
	write := func(id string, ahead bool) store.Write {
		return store.Write{Key: store.Key{Collection: "a", ID: id}, Ahead: ahead}
	}
	for name, c := range map[string]struct {
		writes []store.Write
		steps  [][]string
	}{
		"nothing":                          {nil, nil},
		"one":                              {[]store.Write{write("1", false)}, [][]string{{"1"}}},
		"one that may go ahead":            {[]store.Write{write("1", true)}, [][]string{{"1"}}},
		"none that may":                    {[]store.Write{write("1", false), write("2", false)}, [][]string{{"1", "2"}}},
		"one of two, which goes first":     {[]store.Write{write("1", false), write("2", true)}, [][]string{{"2"}, {"1"}}},
		"all, each by itself":              {[]store.Write{write("1", true), write("2", true)}, [][]string{{"1"}, {"2"}}},
		"two of four: the others stay one": {[]store.Write{write("1", true), write("2", false), write("3", true), write("4", false)}, [][]string{{"1"}, {"3"}, {"2", "4"}}},
	} {
		var steps [][]string
		for _, step := range store.Steps(c.writes) {
			var ids []string
			for _, w := range step {
				ids = append(ids, w.Key.ID)
			}
			steps = append(steps, ids)
		}
		require.Equal(t, c.steps, steps, name)
	}
}
