package sms

import (
	"fmt"
	"strings"

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
	said := strings.Fields(lookAlikes.Replace(m.InShort()))
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

// needed lists codes and the link that are not in the text.
func needed(m words.Message, text string) []string {
	var all []string
	for _, code := range m.Codes() {
		if code = lookAlikes.Replace(code); !words.Says(text, code) {
			all = append(all, code)
		}
	}
	if next := m.Next(); next != "" && !strings.Contains(text, next) {
		all = append(all, next)
	}
	return all
}

func join(text string, needed []string, wayOut string) string {
	lines := []string{strings.Join(append([]string{text}, needed...), " "), wayOut}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
