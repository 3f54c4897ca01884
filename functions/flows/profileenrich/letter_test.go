package profileenrich

import (
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions/flows/profileenrich/plan"
	"redthread.dev/functions/flows/profileenrich/worth"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/words"
)

func TestEveryQuestionHasItsWords(t *testing.T) {
	said, err := words.Load(texts)
	require.NoError(t, err)
	e := enrich{settings{AskURL: "https://shop.example/me/", Points: 20}, said, worth.Scale{}}
	for _, locale := range words.Locales {
		for _, q := range plan.Written().Questions {
			m, err := e.letter(&profile.Profile{Locale: profile.Said{Value: locale}}, q.Fills)
			require.NoError(t, err)
			require.NoError(t, m.Check())
			require.Equal(t, "https://shop.example/me/"+q.Fills, m.Blocks[len(m.Blocks)-1].Button.URL)
			require.LessOrEqual(t, len([]rune(m.Short)), 120, "%s in %s: a push is cut there", q.Fills, locale)
		}
	}
}
