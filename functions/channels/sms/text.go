package sms

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"redthread.dev/shared/words"
)

// compose writes a message as a text of at most so many segments: what the message says in
// short, then what the customer needs at hand and was not said, the code and where the
// button leads, then the way out. A text that is too long is cut at a word, and these are
// not; the error says that even they do not fit.
func compose(m words.Message, wayOut string, most int) (string, error) {
	if err := m.Check(); err != nil {
		return "", fmt.Errorf("message: %w", err)
	}
	said := strings.Fields(lookAlikes.Replace(short(m)))
	for n := min(len(said), most*gsmAlone); n >= 0; n-- {
		text := strings.Join(said[:n], " ")
		if n < len(said) && n > 0 {
			text = strings.TrimRight(text, ".,;:!?- ") + "..."
		}
		text = join(text, needed(m, text), wayOut)
		if segments(text) <= most {
			if n == 0 {
				break
			}
			return text, nil
		}
	}
	return "", fmt.Errorf("message: code, link and way out leave no room for words in %d segments, which is the most that SEGMENTS allows", most)
}

// short is what the message says, without what a text cannot show.
func short(m words.Message) string {
	if m.Short != "" {
		return m.Short
	}
	said := []string{sentence(m.Subject)}
	for _, b := range m.Blocks {
		for _, i := range b.Items {
			said = append(said, sentence(strings.TrimSpace(i.Title+" "+i.Price)))
		}
		said = append(said, sentence(b.Text))
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

// needed lists codes and links that are not in the text. Of several buttons the first is
// the one thing the customer is asked to do next.
func needed(m words.Message, text string) []string {
	var all []string
	link := false
	for _, b := range m.Blocks {
		if b.Code != nil && !says(text, lookAlikes.Replace(b.Code.Value)) {
			all = append(all, lookAlikes.Replace(b.Code.Value))
		}
		if b.Button != nil && !link {
			link = true
			if !strings.Contains(text, b.Button.URL) {
				all = append(all, b.Button.URL)
			}
		}
	}
	return all
}

// says tells whether a text has words: not only as part of longer ones.
func says(text, words string) bool {
	said := strings.Fields(text)
	for i := range said {
		said[i] = strings.Trim(said[i], ".,;:!?\"'()")
	}
	return strings.Contains(" "+strings.Join(said, " ")+" ", " "+words+" ")
}

func join(text string, needed []string, wayOut string) string {
	lines := []string{strings.Join(append([]string{text}, needed...), " "), wayOut}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
