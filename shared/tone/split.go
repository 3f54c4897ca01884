package tone

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is one word, emoticon or emoji of a text.
type token struct {
	word string  // in lower case
	face float64 // the weight of an emoticon or emoji; 0 for a word
	loud bool    // all in capitals
	ends bool    // a sentence or clause ends after it
	list bool    // a comma stands after it
}

// pauses tells whether the next word does not belong to this one.
func (t token) pauses() bool { return t.ends || t.list }

// sentences is a text taken apart.
type sentences struct {
	tokens    []token
	shouts    int  // exclamation marks
	questions int  // question marks
	mixed     bool // some words in capitals and some not, so that capitals mean something
}

// split takes a text apart at blanks, then each piece at whatever is no letter. Addresses, links and
// handles are left out: they feel nothing. A hashtag counts as its words.
func split(text string) sentences {
	text = composed(text)
	s := sentences{tokens: make([]token, 0, len(text)/5+1)}
	from := -1 // where the piece being read began
	for at, r := range text {
		switch {
		case !unicode.IsSpace(r):
			if from < 0 {
				from = at
			}
			continue
		case from >= 0:
			s.piece(text[from:at])
			from = -1
		}
		if r == '\n' {
			s.end()
		}
	}
	if from >= 0 {
		s.piece(text[from:])
	}
	s.mixed = s.hasBothCases()
	return s
}

func (s *sentences) hasBothCases() bool {
	loud := 0
	for _, t := range s.tokens {
		if t.loud {
			loud++
		}
	}
	return loud > 0 && loud < len(s.tokens)
}

// piece takes apart what stands between two blanks.
func (s *sentences) piece(piece string) {
	if weight, ok := emoticons()[piece]; ok {
		s.tokens = append(s.tokens, token{word: piece, face: weight, ends: true})
		return
	}
	s.shouts += strings.Count(piece, "!")
	s.questions += strings.Count(piece, "?")
	if isAddress(piece) {
		return
	}
	if strings.HasPrefix(piece, "&") && strings.HasSuffix(piece, ";") {
		return // an HTML entity: &amp;
	}
	tag := strings.HasPrefix(piece, "#")
	for piece != "" {
		r, size := utf8.DecodeRuneInString(piece)
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n := wordLength(piece, tag)
			s.word(piece[:n])
			piece = piece[n:]
			continue
		}
		if n, weight := trailingFace(piece); n > 0 {
			s.tokens = append(s.tokens, token{word: piece[:n], face: weight, ends: true})
			piece = piece[n:]
			continue
		}
		s.mark(r, piece[:size])
		piece = piece[size:]
	}
}

// trailingFace finds an emoticon at the end of a piece, as in "ok:)". It has two marks at least, so
// that a bracket is no face.
func trailingFace(piece string) (int, float64) {
	if len(piece) < 2 || len(piece) > 5 {
		return 0, 0
	}
	if weight, ok := emoticons()[piece]; ok {
		return len(piece), weight
	}
	return 0, 0
}

// mark takes what is no letter: an emoji, or a mark that ends a sentence or clause.
func (s *sentences) mark(r rune, written string) {
	if weight, ok := emoji()[r]; ok {
		s.tokens = append(s.tokens, token{word: written, face: weight, ends: true})
		return
	}
	switch r {
	case '.', '!', '?', ';', ':', '…':
		s.end()
	case ',':
		if n := len(s.tokens); n > 0 {
			s.tokens[n-1].list = true
		}
	}
}

func (s *sentences) end() {
	if n := len(s.tokens); n > 0 {
		s.tokens[n-1].ends = true
	}
}

func (s *sentences) word(written string) {
	t := token{word: strings.ToLower(written), loud: isLoud(written)}
	if strings.Contains(t.word, "’") {
		t.word = strings.ReplaceAll(t.word, "’", "'")
	}
	s.tokens = append(s.tokens, t)
}

// wordLength is where the word ends that a piece begins with. Apostrophes within it belong to it; in a
// hashtag, a capital after a small letter begins another word.
func wordLength(piece string, tag bool) int {
	small := false
	for at, r := range piece {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if tag && small && unicode.IsUpper(r) {
				return at
			}
			small = unicode.IsLower(r)
		case (r == '\'' || r == '’') && at > 0:
			after, _ := utf8.DecodeRuneInString(piece[at+utf8.RuneLen(r):])
			if !unicode.IsLetter(after) {
				return at
			}
		default:
			return at
		}
	}
	return len(piece)
}

// isAddress finds links, e-mail addresses and @handles.
func isAddress(piece string) bool {
	if strings.Contains(piece, "@") || strings.Contains(piece, "://") {
		return true
	}
	dot := strings.IndexByte(piece, '.')
	if dot <= 0 {
		return false
	}
	if strings.EqualFold(piece[:dot], "www") {
		return true
	}
	host, _, _ := strings.Cut(piece, "/")
	host = strings.TrimRight(host, ".,!?:;)")
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "dk", "se", "no", "de", "eu", "com", "net", "org", "io":
		return strings.Contains(host, ".")
	}
	return false
}

var accents = strings.NewReplacer("a\u030a", "å", "A\u030a", "Å", "a\u0308", "ä", "A\u0308", "Ä", "o\u0308", "ö", "O\u0308", "Ö")

// composed writes å, ä and ö as one letter where a text has them as two, as file names from a Mac do.
func composed(text string) string {
	if strings.Contains(text, "\u030a") || strings.Contains(text, "\u0308") {
		return accents.Replace(text)
	}
	return text
}

// isLoud tells whether a word of two letters or more is all in capitals.
func isLoud(word string) bool {
	letters := 0
	for _, r := range word {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 1
}
