// Package tone tells what language a short text is in and how it feels: a post on social media, a review, a chat line.
//
// It reads Danish, Swedish and English with word lists and rules: negation, strengthening, "but",
// capitals, exclamation marks, emoji, inflection, compounds. It is pure and quick enough for every event,
// and it can always say which words weighed. It does not understand irony, nor who is meant:
// "great, late again" is a good feeling to it.
//
// The rules and the scale are those of VADER (Hutto & Gilbert, ICWSM 2014), carried over to the two
// other languages; where the lists come from is in lists/README.md.
package tone

import "math"

//go:generate go run ./makelists -into lists

// Mood is how a text feels, in one word.
type Mood string

// The three moods. Neutral is also the mood of a text that nothing is known about.
const (
	Negative Mood = "negative"
	Neutral  Mood = "neutral"
	Positive Mood = "positive"
)

// Reading is what a text says about the one who wrote it.
type Reading struct {
	// Language is "da", "sv", "en", or "" when it is none of them or cannot be told.
	Language string
	// Confidence is how sure Language is, 0 to 1: also how sure it is that it is none of the three.
	Confidence float64
	// Score is how the text feels, -1 (worst) to 1 (best); 0 when nothing in it weighed.
	Score float64
	// Mood is Score against the thresholds of the language.
	Mood Mood
	// Words are what weighed, in the order of the text, at most 32: the trail of the score.
	Words []Hit
}

// Hit is one word, phrase or emoji that weighed.
type Hit struct {
	// Word is as it was written, in lower case.
	Word string
	// Weight is what it added to the sum that Score is made of, about -10 to 10; a plain "good" is 2 to 3.
	Weight float64
	// Why says what changed its weight: "negated", "intensified", "dampened", "capitals",
	// "before but" or "after but"; several are joined by ", ".
	Why string
}

// maxText is how much of a text is read, in bytes; feelings are at its beginning.
const maxText = 16 << 10

// Read reads a text. The hint is the language it is likely to be in, as BCP 47 has it ("da", "sv-SE"): the customer's
// locale or what the platform says; it decides where the text itself does not. An empty or unknown
// hint is no hint. Any bytes are a text; of a long one the first 16 KiB are read.
func Read(text, hint string) Reading {
	if len(text) > maxText {
		text = text[:maxText]
	}
	s := split(text)
	var r Reading
	r.Language, r.Confidence = detect(s.tokens, hint)
	t := tongueOf(r.Language)
	sum := t.weigh(s, &r.Words)
	r.Score = normalise(sum)
	r.Mood = t.mood(r.Score)
	return r
}

// normalise brings a sum of weights between -1 and 1: VADER's x/√(x²+15).
func normalise(sum float64) float64 {
	return rounded(sum/math.Sqrt(sum*sum+15), 10_000)
}

// rounded keeps a number the same on every processor: some multiply and add in one step, others in two.
func rounded(x, parts float64) float64 {
	return math.Round(x*parts) / parts
}
