package tone

import (
	_ "embed"
	"math"
	"strings"
	"unicode"

	"redthread.dev/shared/tone/internal/grams"
)

//go:embed lists/languages.bin
var languageTable string

// The languages of the table, in its order; the first three are those that tone reads.
var known = [...]string{"da", "sv", "en", "no", "de", "nl", "fr", "es", "fi", "it", "pl", "pt"}

const ours = 3

// tableStart is where the table's cells begin, after the line that names its languages.
var tableStart = strings.IndexByte(languageTable, '\n') + 1

const (
	// trust is how much of the evidence of letter groups counts: they overlap, so each is said several times over.
	trust = 0.3
	// favoured is what being a language of the shop is worth before anything is read, and hinted what a hint is
	// worth: about 3 and 150 to 1.
	favoured = 1.1
	hinted   = 5.0
	// neighbour is how much likelier than Danish a text must be Norwegian to be none of ours. Much of written Norwegian
	// is Danish letter for letter, and a Danish complaint missed is worse than a Norwegian one read.
	neighbour = 2.5
	// spoken is what a word of feeling that a language knows is worth to it, for the few texts whose letters leave
	// doubt, such as "pissegod"; after three such words no more.
	spoken   = 1.2
	doubtful = 0.9
	// enough is how many letters tell a language: reading on changes nothing.
	enough = 250
)

// detect tells what language the words are in, among the three, and how sure that is; "" when it is likelier
// another one. Without a word to go by, it is the hint's.
func detect(tokens []token, hint string) (string, float64) {
	likely := likelihoods(tokens)
	letters := likely.letters
	base := baseOf(hint)
	if letters == 0 {
		if likely.foreign == 0 && isOurs(base) {
			return base, 0
		}
		return "", 0
	}
	if likely.foreign > letters {
		return "", 1
	}
	odds := likely.odds(base)
	language, sure := judge(odds)
	if sure >= doubtful {
		return language, sure
	}
	for i := range ours {
		odds[i] += spoken * float64(tongueOf(known[i]).feelings(tokens, 3))
	}
	return judge(odds)
}

// odds are the logarithms of how likely each language is.
func (e evidence) odds(hint string) [len(known)]float64 {
	var odds [len(known)]float64
	for i, lang := range known {
		odds[i] = -trust * float64(e.cost[i]) / 16
		if i < ours {
			odds[i] += favoured
		}
		if lang == "no" {
			odds[i] -= neighbour
		}
		if lang == hint {
			odds[i] += hinted
		}
	}
	return odds
}

// judge turns odds into a language and its probability; the chances of all other languages are one.
func judge(odds [len(known)]float64) (string, float64) {
	best := 0
	for i := range odds {
		if odds[i] > odds[best] {
			best = i
		}
	}
	total, others := 0.0, 0.0
	for i := range odds {
		p := math.Exp(odds[i] - odds[best])
		total += p
		if i >= ours {
			others += p
		}
	}
	if best >= ours {
		return "", others / total
	}
	return known[best], 1 / total
}

// evidence is what the letters of a text say.
type evidence struct {
	cost    [len(known)]int // -16·ln(probability) of the letter groups, by language
	letters int             // Latin ones
	foreign int             // letters of other scripts
}

// likelihoods leaves out words with digits: an order's number is of no language.
func likelihoods(tokens []token) evidence {
	var e evidence
	for _, t := range tokens {
		if t.face != 0 || e.letters > enough {
			continue
		}
		latin, code := 0, false
		for _, r := range t.word {
			switch {
			case unicode.IsDigit(r):
				code = true
			case r < 0x250 && unicode.IsLetter(r):
				latin++
			case unicode.IsLetter(r):
				e.foreign++
			}
		}
		if latin == 0 || code {
			continue
		}
		e.letters += latin
		grams.Each(squeeze(t.word, 2), func(bucket int) {
			cells := languageTable[tableStart+bucket*len(known):][:len(known)]
			for i := range known {
				e.cost[i] += int(cells[i])
			}
		})
	}
	return e
}

// baseOf is the language of a BCP 47 tag, with the two Norwegians as one.
func baseOf(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	if base == "nb" || base == "nn" {
		return "no"
	}
	return base
}

func isOurs(language string) bool {
	return language == "da" || language == "sv" || language == "en"
}
