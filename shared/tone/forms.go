package tone

import (
	"strings"
	"unicode/utf8"
)

// find looks a word up as it stands, then without its lengthening (daaaarlig), then as a form of
// another word. The boost is what a prefix adds (jättebra).
func (t *tongue) find(word string) (e entry, boost float64) {
	if e, ok := t.words[word]; ok {
		return e, 0
	}
	if short := squeeze(word, 2); short != word {
		for _, w := range []string{short, squeeze(word, 1)} {
			if e, boost = t.form(w); e.weight != 0 || e.boost != 0 || e.negates {
				return e, boost + lengthened
			}
		}
		return entry{}, 0
	}
	return t.form(word)
}

// lengthened is what drawing a word out adds to it: as much as an adverb would.
const lengthened = 0.293

// form looks up a word and, in the Scandinavian languages, what it is a form of.
func (t *tongue) form(word string) (entry, float64) {
	if e, ok := t.words[word]; ok {
		return e, 0
	}
	if len(t.endings) == 0 || len(word) < 4 {
		return entry{}, 0
	}
	if e, ok := t.words[respelled(word)]; ok {
		return e, 0
	}
	if weight := t.stem(word); weight != 0 {
		return entry{weight: weight}, 0
	}
	for _, p := range t.prefixes {
		rest, ok := strings.CutPrefix(word, p.letters)
		if !ok || len(rest) < 3 {
			continue
		}
		if weight := t.known(rest); weight != 0 && p.boost != 0 {
			return entry{weight: weight}, p.boost
		}
		if p.weight != 0 {
			return entry{weight: p.weight}, 0
		}
	}
	if rest, ok := strings.CutPrefix(word, t.opposite); ok && utf8.RuneCountInString(rest) > 4 {
		if weight := t.known(rest); weight > 1 {
			return entry{weight: -weight}, 0
		}
	}
	return entry{}, 0
}

// known is the weight of a word or of what it is a form of.
func (t *tongue) known(word string) float64 {
	if e, ok := t.words[word]; ok {
		return e.weight
	}
	return t.stem(word)
}

// stem takes one ending off and looks for the word with any other ending that is common: hadede is
// a form of hade, venlige of venlig, smukkest of smuk.
func (t *tongue) stem(word string) float64 {
	for _, ending := range t.endings {
		root, ok := strings.CutSuffix(word, ending)
		if !ok || utf8.RuneCountInString(root) < 4 {
			continue
		}
		if weight := t.withEnding(root, strings.IndexByte("ae", ending[0]) >= 0); weight != 0 {
			return weight
		}
	}
	return 0
}

// withEnding looks for a root with other endings and, where a vowel followed it, with its last letter
// once instead of twice: flotte, flot.
func (t *tongue) withEnding(root string, doubled bool) float64 {
	if e, ok := t.words[root]; ok {
		return e.weight
	}
	if n := len(root); doubled && n > 3 && root[n-1] == root[n-2] {
		if e, ok := t.words[root[:n-1]]; ok {
			return e.weight
		}
	}
	var joined [64]byte
	if len(root) > 60 {
		return 0
	}
	n := copy(joined[:], root)
	for _, ending := range [...]string{"e", "a", "t", "er", "ar", "en"} {
		end := n + copy(joined[n:], ending)
		if e, ok := t.words[string(joined[:end])]; ok {
			return e.weight
		}
	}
	return 0
}

// squeeze shortens every letter that stands three times or more in a row to most.
func squeeze(word string, most int) string {
	var out strings.Builder
	var last rune
	run, cut := 0, false
	for _, r := range word {
		if r == last {
			run++
		} else {
			last, run = r, 1
		}
		if run == 3 {
			cut = true
		}
	}
	if !cut {
		return word
	}
	runs := []rune(word)
	for i := 0; i < len(runs); {
		j := i
		for j < len(runs) && runs[j] == runs[i] {
			j++
		}
		n := j - i
		if n >= 3 {
			n = most
		}
		out.WriteString(strings.Repeat(string(runs[i]), n))
		i = j
	}
	return out.String()
}

var spellings = strings.NewReplacer("aa", "å", "ae", "æ", "oe", "ø")

// respelled writes æ, ø and å where somebody without these keys wrote ae, oe and aa.
func respelled(word string) string {
	if !strings.Contains(word, "aa") && !strings.Contains(word, "ae") && !strings.Contains(word, "oe") {
		return word
	}
	return spellings.Replace(word)
}
