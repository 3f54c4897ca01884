package hours

import (
	"strings"
	"unicode"
)

// token is a number, a word or phrase with a meaning, a sign, or a comment.
type token struct {
	meaning
	text   string
	digits int // of a number
	at     int // the character it begins at, from 1
}

func (t token) is(symbol rune) bool { return t.kind == kSymbol && t.value == int(symbol) }

// alike are the characters people type for another: dashes, quotes, raised and
// lowered digits.
var alike = map[rune]rune{
	'‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-', 'ー': '-', '～': '-', '〜': '-',
	'：': ':', '“': '"', '”': '"', '„': '"', '°': '0', '⁰': '0', '¹': '1', '²': '2', '³': '3',
}

func plain(r rune) rune {
	if to, ok := alike[r]; ok {
		return to
	}
	switch {
	case r >= '⁴' && r <= '⁹':
		return r - '⁴' + '4'
	case r >= '₀' && r <= '₉':
		return r - '₀' + '0'
	}
	return r
}

// scan cuts a text into tokens.
func scan(text string) ([]token, error) {
	s := scanner{text: []rune(text)}
	for i, r := range s.text {
		s.text[i] = plain(r)
	}
	for s.next < len(s.text) {
		if err := s.token(); err != nil {
			return nil, err
		}
	}
	return phrases(append(s.tokens, token{at: len(s.text) + 1})), nil
}

type scanner struct {
	text   []rune
	next   int
	tokens []token
}

func (s *scanner) token() error {
	start, r := s.next, s.text[s.next]
	s.next++
	switch {
	case unicode.IsSpace(r):
	case r == '"':
		for s.next < len(s.text) && s.text[s.next] != '"' {
			s.next++
		}
		if s.next == len(s.text) {
			return fault(start+1, "a comment without its closing quote")
		}
		s.next++
		note := strings.TrimSpace(string(s.text[start+1 : s.next-1]))
		s.add(token{meaning: meaning{kind: kNote}, text: note}, start)
	case r >= '0' && r <= '9':
		s.number(start)
	case unicode.IsLetter(r) || unicode.IsMark(r):
		s.word(start)
	case r == '.' && s.endsAbbreviation():
	case r == '&':
		s.add(token{meaning: meaning{kSymbol, ','}, text: "&"}, start)
	default:
		s.add(token{meaning: meaning{kSymbol, int(r)}, text: string(r)}, start)
	}
	return nil
}

func (s *scanner) add(t token, start int) {
	t.at = start + 1
	s.tokens = append(s.tokens, t)
}

// endsAbbreviation tells the full stop of "24." and "Apr." from that of 10.30.
func (s *scanner) endsAbbreviation() bool {
	if len(s.tokens) == 0 || s.next < 2 || unicode.IsSpace(s.text[s.next-2]) {
		return false
	}
	before := s.tokens[len(s.tokens)-1]
	if before.kind == kNumber {
		return s.next == len(s.text) || s.text[s.next] < '0' || s.text[s.next] > '9'
	}
	return before.kind == kWord
}

func (s *scanner) number(start int) {
	value := 0
	for s.next = start; s.next < len(s.text) && s.text[s.next] >= '0' && s.text[s.next] <= '9'; s.next++ {
		value = min(value*10+int(s.text[s.next]-'0'), 99_999)
	}
	t := token{meaning: meaning{kNumber, value}, text: string(s.text[start:s.next]), digits: s.next - start}
	s.add(t, start)
}

// word reads letters; a.m. and p.m. are one word, and so is each part of SHWe.
func (s *scanner) word(start int) {
	for s.next < len(s.text) && (unicode.IsLetter(s.text[s.next]) || unicode.IsMark(s.text[s.next])) {
		s.next++
	}
	text := string(s.text[start:s.next])
	if rest := string(s.text[s.next:min(s.next+2, len(s.text))]); rest == ".m" && (text == "a" || text == "p") {
		s.next += 2
		text += "m"
	}
	if _, known := vocabulary()[strings.ToLower(text)]; !known && (strings.HasPrefix(text, "SH") || strings.HasPrefix(text, "PH")) {
		s.next = start + 2
		text = text[:2]
	}
	s.add(token{meaning: meaning{kind: kWord}, text: text}, start)
	if s.next < len(s.text) && s.text[s.next] == '_' { // by_appointment
		s.next++
	}
}

// phrases gives words their meaning, the longest phrase first, and drops noise.
func phrases(raw []token) []token {
	out := make([]token, 0, len(raw))
	for len(raw) > 0 {
		t, used := phrase(raw)
		raw = raw[used:]
		last := len(out) - 1
		switch {
		case t.kind == kNoise:
		case last >= 0 && out[last].is('-') && (t.is('/') || t.is(',') && t.text != ","):
			t.value = ',' // søn- og helligdage, Sonn-/Feiertags
			out[last] = t
		default:
			out = append(out, t)
		}
	}
	return out
}

func phrase(raw []token) (token, int) {
	first := raw[0]
	if first.kind != kWord && first.kind != kNumber {
		return first, 1
	}
	text, words, found, used := "", "", first, 1
	for i := 0; i < longestPhrase && (raw[i].kind == kWord || raw[i].kind == kNumber); i++ {
		words = strings.TrimSpace(words + " " + raw[i].text)
		if text = strings.ToLower(words); first.kind == kNumber && i == 0 {
			continue
		}
		if m, ok := vocabulary()[text]; ok {
			found, used = token{meaning: m, text: words, at: first.at}, i+1
		}
	}
	return found, used
}
