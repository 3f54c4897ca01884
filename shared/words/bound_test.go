package words

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsReadAsOneStaysOnOneLine(t *testing.T) {
	for text, want := range map[string]string{ // ~ is a space that does not break
		"til mandag den 9. marts kl. 18.00. Vis koden": "til mandag den~9.~marts kl.~18.00. Vis koden",
		"until Monday 9 March at 18:00. Show it":       "until Monday 9~March at~18:00. Show it",
		"Rødtrådsgade 12, 2450 København SV":           "Rødtrådsgade 12, 2450~København SV",
		"Strikkepinde nr. 4, 4 mm":                     "Strikkepinde nr.~4, 4~mm",
		"Din kode er 4711. Vis den":                    "Din kode er 4711. Vis den",
		"2 varer i kurven\n2 på lager":                 "2~varer i kurven\n2~på lager",
		"hos Tråd & Træ Nørrebro":                      "hos Tråd~&~Træ Nørrebro",
		"ingen tal":                                    "ingen tal",
	} {
		require.Equal(t, want, strings.ReplaceAll(bound(text), nbsp, "~"))
	}
}
