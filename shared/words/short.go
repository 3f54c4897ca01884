package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// InShort is what the message says where there is room for a sentence or two: Short, or
// else its subject and Running.
func (m Message) InShort() string {
	if m.Short != "" {
		return m.Short
	}
	return strings.TrimSpace(sentence(m.Subject) + " " + m.Running())
}

// Running is the running text of the blocks: what they list and tell, a sentence each.
func (m Message) Running() string {
	var said []string
	for _, b := range m.Blocks {
		for _, i := range b.Items {
			said = append(said, sentence(i.Title+" "+i.Price))
		}
		if b.Text != "" {
			said = append(said, sentence(b.Text))
		}
	}
	return strings.Join(said, " ")
}

// sentence ends what has no end, such as a headline.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if last, _ := utf8.DecodeLastRuneInString(s); unicode.IsLetter(last) || unicode.IsDigit(last) {
		s += "."
	}
	return s
}

// Codes are those that the customer has to show, as they are read aloud.
func (m Message) Codes() []string {
	var codes []string
	for _, b := range m.Blocks {
		if b.Code != nil {
			codes = append(codes, b.Code.Value)
		}
	}
	return codes
}

// Next is where the first button leads, the one thing the customer is asked to do next;
// empty: there is none.
func (m Message) Next() string {
	for _, b := range m.Blocks {
		if b.Button != nil {
			return b.Button.URL
		}
	}
	return ""
}

// Says tells whether a text has words: not only as part of longer ones.
func Says(text, words string) bool {
	said := strings.Fields(text)
	for i := range said {
		said[i] = strings.Trim(said[i], ".,;:!?\"'()")
	}
	return strings.Contains(" "+strings.Join(said, " ")+" ", " "+words+" ")
}
