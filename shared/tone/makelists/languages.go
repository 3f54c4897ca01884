package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"unicode"

	"redthread.dev/shared/tone/internal/grams"
)

// languages are the three that tone reads and those they are most often taken for; the second name is
// the file of that language in npm's stopword.
var languages = [][2]string{
	{"da", "dan"}, {"sv", "swe"}, {"en", "eng"}, {"no", "nob"}, {"de", "deu"}, {"nl", "nld"},
	{"fr", "fra"}, {"es", "spa"}, {"fi", "fin"}, {"it", "ita"}, {"pl", "pol"}, {"pt", "por"},
}

// commonness is how many words of a sentiment list one everyday word counts for.
const commonness = 8

// languageTable learns how usual each group of letters is in each language, and writes it as the
// table that grams.Table reads: every cell is -16·ln(probability), at most 255.
func languageTable(packages map[string]bundle, common string) ([]byte, error) {
	own, err := readCommon(common)
	if err != nil {
		return nil, err
	}
	english, err := readAFINN(packages[multilang], "en")
	if err != nil {
		return nil, err
	}
	counts := make([][grams.Buckets]float64, len(languages))
	for i, lang := range languages {
		list, err := readAFINN(packages[multilang], lang[0])
		if err != nil {
			return nil, err
		}
		for word := range list {
			if _, left := english[word]; !left || lang[0] == "en" {
				count(&counts[i], word, 1)
			}
		}
		everyday := append(quoted(packages[stopword]["src/stopwords_"+lang[1]+".js"]), own[lang[0]]...)
		if len(everyday) < 50 {
			return nil, fmt.Errorf("stopword has only %d words of %s", len(everyday), lang[0])
		}
		seen := map[string]bool{}
		for _, word := range everyday {
			if !seen[word] {
				seen[word] = true
				count(&counts[i], word, commonness)
			}
		}
	}
	return quantised(counts), nil
}

func count(table *[grams.Buckets]float64, words string, weight float64) {
	for _, word := range strings.FieldsFunc(words, func(r rune) bool { return !unicode.IsLetter(r) }) {
		grams.Each(word, func(bucket int) { table[bucket] += weight })
	}
}

func quantised(counts [][grams.Buckets]float64) []byte {
	var out bytes.Buffer
	for _, lang := range languages {
		out.WriteString(lang[0] + " ")
	}
	out.WriteByte('\n')
	const unseen = 1 // what a group of letters counts for that was never seen
	totals := make([]float64, len(counts))
	for i := range counts {
		for _, c := range counts[i] {
			totals[i] += c + unseen
		}
	}
	for bucket := range grams.Buckets {
		for i := range counts {
			p := (counts[i][bucket] + unseen) / totals[i]
			out.WriteByte(byte(min(255, math.Round(-16*math.Log(p)))))
		}
	}
	return out.Bytes()
}

var quotedWord = regexp.MustCompile(`(?m)^\s*['"](.+?)['"],?\s*$`)

// quoted are the words of an npm stopword file: a JavaScript array, one quoted word a line.
func quoted(js []byte) []string {
	var words []string
	for _, found := range quotedWord.FindAllSubmatch(js, -1) {
		words = append(words, strings.ToLower(string(found[1])))
	}
	return words
}

// readCommon reads our own everyday words: a line starts with the language.
func readCommon(path string) (map[string][]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	own := map[string][]string{}
	for line := range strings.Lines(string(content)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			own[fields[0]] = append(own[fields[0]], fields[1:]...)
		}
	}
	return own, nil
}
