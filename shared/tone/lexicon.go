package tone

import (
	"embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed lists/en.txt lists/da.txt lists/sv.txt lists/own.en.txt lists/own.da.txt lists/own.sv.txt
var lists embed.FS

// entry is what is known about one word of a language.
type entry struct {
	weight  float64 // how it feels by itself, -5 to 5
	boost   float64 // what it adds to the word after it: positive strengthens, negative dampens
	negates bool    // turns what follows it (not, ikke, inte)
	spares  bool    // after a negating word, takes the negation back (not only, ikke mindst)
	turns   bool    // what comes after it is what is meant (but, men)
	begins  bool    // phrases begin with it
}

type phrase struct {
	rest   []string // the words after the first
	weight float64
}

// prefix is a beginning that a compound gets its feeling or its strength from.
type prefix struct {
	letters string
	boost   float64 // strengthens what follows: jätte-, mega-
	weight  float64 // what it gives to a word that feels nothing itself: lorte-, skit-
}

// tongue is a language as its lists know it.
type tongue struct {
	words     map[string]entry
	phrases   map[string][]phrase // by their first word, the longest first
	prefixes  []prefix
	endings   []string // of inflected words, the longest first
	opposite  string   // the prefix that turns an adjective: u-, o-
	threshold float64  // Score beyond which a text is not neutral
	verbFirst bool     // a negation also turns the verb just before it: jeg anbefaler ikke
}

// Words by language; read when a text in that language first comes.
var (
	danish  = sync.OnceValue(func() *tongue { return open("da", tongue{threshold: 0.35, opposite: "u", verbFirst: true}) })
	swedish = sync.OnceValue(func() *tongue { return open("sv", tongue{threshold: 0.35, opposite: "o", verbFirst: true}) })
	english = sync.OnceValue(func() *tongue { return open("en", tongue{threshold: 0.05}) })
	// unknown knows no words; emoji are read all the same.
	unknown = &tongue{threshold: 0.35}
)

func tongueOf(language string) *tongue {
	switch language {
	case "da":
		return danish()
	case "sv":
		return swedish()
	case "en":
		return english()
	}
	return unknown
}

// open reads the npm list of a language and then our own, which wins.
func open(language string, t tongue) *tongue {
	content := embedded("lists/"+language+".txt") + embedded("lists/own."+language+".txt")
	t.words = make(map[string]entry, strings.Count(content, " "))
	t.phrases = map[string][]phrase{}
	for _, line := range readList(content) {
		t.take(line)
	}
	return &t
}

func embedded(name string) string {
	content, err := lists.ReadFile(name)
	if err != nil {
		panic("tone: " + err.Error()) // the build has checked that it is there
	}
	return string(content)
}

// listLine is a line of a list: what its words are, or the weight they have.
type listLine struct {
	role   string
	weight float64
	words  []string
}

func readList(content string) []listLine {
	var lines []listLine
	for line := range strings.Lines(content) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] == "//" {
			continue
		}
		role, number, _ := strings.Cut(words[0], "=")
		if number == "" {
			number = role
		}
		weight, _ := strconv.ParseFloat(number, 64)
		lines = append(lines, listLine{role: role, weight: weight, words: words[1:]})
	}
	return lines
}

// take adds a line to the language. Roles: negate, spare, turn, boost=x, attach=x (boosting prefix),
// colour=x (feeling prefix), ending; any other line is a weight.
func (t *tongue) take(line listLine) {
	for _, word := range line.words {
		e := t.words[word]
		switch line.role {
		case "negate":
			e.negates, e.weight = true, 0
		case "spare":
			e.spares = true
		case "turn":
			e.turns = true
		case "boost":
			e.boost = line.weight
		case "attach":
			t.prefixes = append(t.prefixes, prefix{letters: word, boost: line.weight})
			continue
		case "colour":
			t.colour(word, line.weight)
			continue
		case "ending":
			t.endings = append(t.endings, word)
			continue
		default:
			if strings.Contains(word, "_") {
				t.phrase(strings.Split(word, "_"), line.weight)
				continue
			}
			e.weight = line.weight
		}
		t.words[word] = e
	}
}

// colour gives a prefix a feeling, beside the strength it may have already.
func (t *tongue) colour(letters string, weight float64) {
	for i := range t.prefixes {
		if t.prefixes[i].letters == letters {
			t.prefixes[i].weight = weight
			return
		}
	}
	t.prefixes = append(t.prefixes, prefix{letters: letters, weight: weight})
}

// phrase adds a phrase to its first word, or changes its weight.
func (t *tongue) phrase(words []string, weight float64) {
	begun := t.phrases[words[0]]
	at := 0
	for i, known := range begun {
		if slices.Equal(known.rest, words[1:]) {
			begun[i].weight = weight
			return
		}
		if len(known.rest) >= len(words)-1 {
			at = i + 1
		}
	}
	t.phrases[words[0]] = slices.Insert(begun, at, phrase{rest: words[1:], weight: weight})
	e := t.words[words[0]]
	e.begins = true
	t.words[words[0]] = e
}
