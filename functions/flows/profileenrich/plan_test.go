package profileenrich

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

func TestEveryQuestionIsNeededAndEveryNeedCanBeAskedFor(t *testing.T) {
	var needed, asked, flows []string
	for _, n := range planned().Needs {
		require.Contains(t, planned().Worth, n.Flow)
		require.Contains(t, signs, n.When, n.Flow)
		require.True(t, n.Part > 0 && n.Part <= 1, "%s: part %v", n.Flow, n.Part)
		needed, flows = append(needed, n.Any...), append(flows, n.Flow)
	}
	for _, q := range planned().Questions {
		require.Len(t, q.Chance, len(channels), q.Fills)
		for _, ch := range channels {
			require.True(t, q.Chance[ch] > 0 && q.Chance[ch] <= 1, "%s by %s", q.Fills, ch)
		}
		asked = append(asked, q.Fills)
	}
	slices.Sort(needed)
	slices.Sort(asked)
	slices.Sort(flows)
	require.Equal(t, asked, slices.Compact(needed))
	require.Equal(t, slices.Sorted(maps.Keys(planned().Worth)), slices.Compact(flows))
}

func TestEveryQuestionHasItsWords(t *testing.T) {
	said, err := words.Load(texts)
	require.NoError(t, err)
	e := enrich{settings{AskURL: "https://shop.example/me/", Points: 20}, said, planned(), expected}
	for _, locale := range words.Locales {
		for _, q := range planned().Questions {
			m, err := e.letter(&profile.Profile{Locale: profile.Said{Value: locale}}, q.Fills)
			require.NoError(t, err)
			require.NoError(t, m.Check())
			require.Equal(t, "https://shop.example/me/"+q.Fills, m.Blocks[len(m.Blocks)-1].Button.URL)
			require.LessOrEqual(t, len([]rune(m.Short)), 120, "%s in %s: a push is cut there", q.Fills, locale)
		}
	}
}
