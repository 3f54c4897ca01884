package tone

import "strings"

// VADER's constants: https://github.com/cjhutto/vaderSentiment, from the ratings in the paper.
const (
	turned   = -0.74 // what a negation does to a weight
	capitals = 0.733 // what capitals add, where not everything is in capitals
	shout    = 0.292 // what each exclamation mark adds, up to four
	asking   = 0.18  // what each question mark adds, when there are two or three
	manyAsks = 0.96  // and when there are more
	before   = 0.5   // what comes before "but" counts this much
	after    = 1.5   // and what comes after it this much
)

// fading is how much of a strengthening word reaches one, two and three words on.
var fading = [...]float64{1, 0.95, 0.9}

const maxHits = 32

// weighing is a text while it is weighed, its words looked up once.
type weighing struct {
	*tongue
	tokens []token
	found  []entry
	boosts []float64
	mixed  bool
}

// weigh adds up what the words of a text feel, with the rules of VADER, and notes the hits.
func (t *tongue) weigh(s sentences, hits *[]Hit) float64 {
	w := t.lookUp(s)
	turn := w.turningPoint()
	sum := 0.0
	for i := 0; i < len(w.tokens); i++ {
		weight, length := w.base(i)
		if weight == 0 {
			continue
		}
		hit := Hit{Word: w.written(i, length)}
		var why reasons
		weight = w.strengthen(i, weight, &why)
		weight = w.negate(i, length, weight, &why)
		switch {
		case turn < 0 || i == turn:
		case i < turn:
			weight *= before
			why.add("before but")
		default:
			weight *= after
			why.add("after but")
		}
		hit.Weight, hit.Why = rounded(weight, 100), strings.Join(why, ", ")
		if len(*hits) < maxHits {
			*hits = append(*hits, hit)
		}
		sum += weight
		i += length - 1
	}
	return emphasised(sum, s)
}

// reasons are what changed a weight, each named once.
type reasons []string

func (r *reasons) add(reason string) {
	for _, known := range *r {
		if known == reason {
			return
		}
	}
	*r = append(*r, reason)
}

func (t *tongue) lookUp(s sentences) *weighing {
	w := &weighing{tongue: t, tokens: s.tokens, mixed: s.mixed,
		found: make([]entry, len(s.tokens)), boosts: make([]float64, len(s.tokens))}
	for i, tok := range s.tokens {
		if tok.face != 0 {
			w.found[i].weight = tok.face
			continue
		}
		w.found[i], w.boosts[i] = t.find(tok.word)
	}
	return w
}

// turningPoint is the last "but" with something before and after it, or -1.
func (w *weighing) turningPoint() int {
	for i := len(w.found) - 2; i > 0; i-- {
		if w.found[i].turns {
			return i
		}
	}
	return -1
}

// base is the weight of the phrase or word at i and how many tokens it takes.
func (w *weighing) base(i int) (weight float64, length int) {
	e := w.found[i]
	if e.begins {
		for _, p := range w.phrases[w.tokens[i].word] {
			if w.says(i+1, p.rest) {
				return p.weight, 1 + len(p.rest)
			}
		}
	}
	if e.boost != 0 && i+1 < len(w.found) && w.found[i+1].weight != 0 && !w.tokens[i].pauses() {
		return 0, 1 // "fruktansvärt bra": here it strengthens, and does not feel
	}
	return e.weight, 1
}

// says tells whether the tokens from i on are these words, with no pause between them.
func (w *weighing) says(i int, words []string) bool {
	if i+len(words) > len(w.tokens) {
		return false
	}
	for j, word := range words {
		if w.tokens[i+j].word != word || w.tokens[i+j-1].pauses() {
			return false
		}
	}
	return true
}

func (w *weighing) written(i, length int) string {
	if length == 1 {
		return w.tokens[i].word
	}
	words := make([]string, length)
	for j := range words {
		words[j] = w.tokens[i+j].word
	}
	return strings.Join(words, " ")
}

// strengthen moves a weight away from zero, or towards it, for capitals, its own prefix and the
// up to three words before it.
func (w *weighing) strengthen(i int, weight float64, why *reasons) float64 {
	if w.tokens[i].face != 0 {
		return weight
	}
	add := w.boosts[i]
	if w.mixed && w.tokens[i].loud {
		add += capitals
		why.add("capitals")
	}
	if w.boosts[i] > 0 {
		why.add("intensified")
	}
	for back := 1; back <= len(fading) && i-back >= 0 && !w.tokens[i-back].pauses(); back++ {
		e := w.found[i-back]
		if e.boost == 0 || (e.weight != 0 && back > 1) {
			continue
		}
		boost := e.boost
		if w.mixed && w.tokens[i-back].loud && boost > 0 {
			boost += capitals
		}
		add += boost * fading[back-1]
		if boost > 0 {
			why.add("intensified")
		} else {
			why.add("dampened")
		}
	}
	if weight < 0 {
		return min(weight-add, -0.1)
	}
	return max(weight+add, 0.1)
}

// negate turns a weight when one of the three words before it negates or, in Danish and Swedish, the
// one or two after it do and it is a verb.
func (w *weighing) negate(i, length int, weight float64, why *reasons) float64 {
	if w.tokens[i].face != 0 {
		return weight
	}
	for back := 1; back <= 3 && i-back >= 0 && !w.tokens[i-back].ends; back++ {
		if w.tokens[i-back].list && w.found[i-back].weight*weight <= 0 {
			break // a comma ends what is negated, unless it goes on in the same vein: "not smart, kind"
		}
		if w.negatesAt(i - back) {
			why.add("negated")
			return weight * turned
		}
	}
	if w.verbFirst && w.negatedAfter(i+length-1) {
		why.add("negated")
		return weight * turned
	}
	return weight
}

// negatesAt tells whether the word at i negates, and the next does not take it back.
func (w *weighing) negatesAt(i int) bool {
	return w.found[i].negates && (i+1 >= len(w.found) || !w.found[i+1].spares)
}

// negatedAfter finds the negation behind a verb: "anbefaler ikke", "gillar den inte".
func (w *weighing) negatedAfter(i int) bool {
	word := w.tokens[i].word
	if !strings.HasSuffix(word, "r") && !strings.HasSuffix(word, "de") && !strings.HasSuffix(word, "te") {
		return false
	}
	for next := i + 1; next <= i+2 && next < len(w.found) && !w.tokens[next-1].pauses(); next++ {
		if w.negatesAt(next) {
			return true
		}
		if len(w.tokens[next].word) > 4 || w.found[next].weight != 0 {
			return false
		}
	}
	return false
}

// emphasised adds what exclamation and question marks add, on the side the text is on already.
func emphasised(sum float64, s sentences) float64 {
	add := float64(min(s.shouts, 4)) * shout
	switch {
	case s.questions > 3:
		add += manyAsks
	case s.questions > 1:
		add += float64(s.questions) * asking
	}
	switch {
	case sum > 0:
		return sum + add
	case sum < 0:
		return sum - add
	}
	return 0
}

func (t *tongue) mood(score float64) Mood {
	switch {
	case score >= t.threshold:
		return Positive
	case score <= -t.threshold:
		return Negative
	}
	return Neutral
}

// feelings counts the words of feeling that the language knows, up to most.
func (t *tongue) feelings(tokens []token, most int) int {
	count := 0
	for _, tok := range tokens {
		if tok.face != 0 {
			continue
		}
		if e, _ := t.find(tok.word); e.weight != 0 || e.negates {
			if count++; count == most {
				break
			}
		}
	}
	return count
}
