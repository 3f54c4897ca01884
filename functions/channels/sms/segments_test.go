package sms

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestASegmentHoldsWhatTheNetworksSay(t *testing.T) {
	of := strings.Repeat
	for name, c := range map[string]struct {
		text     string
		encoding string
		want     int
	}{
		"nothing":                             {"", gsm7, 0},
		"a letter":                            {"a", gsm7, 1},
		"160 letters":                         {of("a", 160), gsm7, 1},
		"161 letters":                         {of("a", 161), gsm7, 2},
		"twice 153":                           {of("a", 306), gsm7, 2},
		"one more":                            {of("a", 307), gsm7, 3},
		"Danish and Swedish letters":          {of("æøåÆØÅäöÄÖ", 16), gsm7, 1},
		"German, French and Spanish of GSM":   {of("üßéèàùìòñÑÜÇ¿¡", 11), gsm7, 1},
		"80 euro signs take two septets each": {of("€", 80), gsm7, 1},
		"81 do not fit":                       {of("€", 81), gsm7, 2},
		"an escape is not cut from its sign":  {of("a", 152) + "€" + of("a", 152), gsm7, 3},
		"where the escape falls into line":    {of("a", 151) + "€" + of("a", 153), gsm7, 2},
		"all of the extension table":          {"^{}\\[~]|€\f", gsm7, 1},
		"70 of another alphabet":              {of("ж", 70), ucs2, 1},
		"71 of another alphabet":              {of("ж", 71), ucs2, 2},
		"twice 67":                            {of("ж", 134), ucs2, 2},
		"one more than that":                  {of("ж", 135), ucs2, 3},
		"one character spoils 159":            {of("a", 159) + "ç", ucs2, 3},
		"35 emoji take two units each":        {of("🧶", 35), ucs2, 1},
		"36 do not fit":                       {of("🧶", 36), ucs2, 2},
		"an emoji is not cut in two":          {of("ж", 66) + "🧶" + of("ж", 66), ucs2, 3},
		"a backtick is not in GSM":            {"`", ucs2, 1},
	} {
		require.Equal(t, c.encoding, encoding(c.text), name)
		require.Equal(t, c.want, segments(c.text), name)
	}
}

func TestTheAlphabetIsWhole(t *testing.T) {
	require.Equal(t, 127, utf8.RuneCountInString(basic), "128 places, one of them the escape")
	require.Equal(t, 10, utf8.RuneCountInString(extended))
	seen := map[rune]bool{}
	for _, r := range basic + extended {
		require.False(t, seen[r], "%q", r)
		seen[r] = true
	}
}

func FuzzSegments(f *testing.F) {
	for _, text := range []string{"", "a", "€", "🧶", "æ", "\xff", strings.Repeat("€", 100)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n := segments(text)
		units, of := 0, gsmOf
		for _, r := range text {
			units += septets(r)
		}
		if encoding(text) == ucs2 {
			units, of = len([]rune(text)), ucsOf
		}
		require.GreaterOrEqual(t, n*max(of, gsmAlone), min(units, 1))
		require.LessOrEqual(t, n, units)
		require.GreaterOrEqual(t, segments(text+"a"), n, "more text is never fewer segments")
	})
}
