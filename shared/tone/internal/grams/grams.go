// Package grams counts groups of letters: the one thing that the reader of a language and the program
// that learns the languages must do alike.
package grams

import "unicode/utf8"

// Buckets is how many groups of letters the table tells apart. A group's bucket is its hash; the few that
// share one blur each other a little.
const Buckets = 1 << 14

const (
	offset = 2166136261 // FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/
	prime  = 16777619
)

// Each calls found with the bucket of every group of two, three and four letters of a lower-case word,
// where the word's beginning and end count as letters, and with that of the whole word.
func Each(word string, found func(bucket int)) {
	// Where the last three letters start; the mark of the beginning is one byte before the word.
	starts := [4]int{-1, -1, -1, -1}
	held := 1
	step := func(from, to int) {
		starts[0], starts[1], starts[2], starts[3] = starts[1], starts[2], starts[3], from
		held = min(held+1, 4)
		for n := 2; n <= held; n++ {
			found(bucket(word, starts[4-n], to))
		}
	}
	for at := 0; at < len(word); {
		_, size := utf8.DecodeRuneInString(word[at:])
		step(at, at+size)
		at += size
	}
	step(len(word), len(word)+1)
	found(bucket(word, -1, len(word)+1))
}

// bucket hashes word[from:to], where -1 is the mark before the word and len(word) the one after it.
func bucket(word string, from, to int) int {
	h := uint32(offset)
	if from < 0 {
		h, from = (h^'^')*prime, 0
	}
	for i := from; i < min(to, len(word)); i++ {
		h = (h ^ uint32(word[i])) * prime
	}
	if to > len(word) {
		h = (h ^ '$') * prime
	}
	return int((h ^ h>>16) & (Buckets - 1))
}
