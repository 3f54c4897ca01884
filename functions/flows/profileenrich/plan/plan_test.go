package plan

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryQuestionIsNeededAndEveryNeedCanBeAskedFor(t *testing.T) {
	var needed, asked, flows []string
	for _, n := range Written().Needs {
		require.Contains(t, Written().Worth, n.Flow)
		require.Contains(t, signs, n.When, n.Flow)
		require.True(t, n.Part > 0 && n.Part <= 1, "%s: part %v", n.Flow, n.Part)
		needed, flows = append(needed, n.Any...), append(flows, n.Flow)
	}
	for _, q := range Written().Questions {
		require.Len(t, q.Chance, len(Channels), q.Fills)
		for _, ch := range Channels {
			require.True(t, q.Chance[ch] > 0 && q.Chance[ch] <= 1, "%s by %s", q.Fills, ch)
		}
		asked = append(asked, q.Fills)
	}
	slices.Sort(needed)
	slices.Sort(asked)
	slices.Sort(flows)
	require.Equal(t, asked, slices.Compact(needed))
	require.Equal(t, slices.Sorted(maps.Keys(Written().Worth)), slices.Compact(flows))
}
