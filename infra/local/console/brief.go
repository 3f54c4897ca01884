package console

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxText is how many bytes of a text are shown in a strand.
const maxText = 400

// personal is what may name a customer in a text that was not written to be shown: an
// e-mail address, or a phone number with its country.
var personal = regexp.MustCompile(`[^\s<>"',;:()\[\]]+@[^\s<>"',;:()\[\]]+|\+\d[\d ]{6,}\d`)

// brief is a text as strands show it: on one line, not too long, and without what
// names a customer, though what comes from outside should hold no such thing.
func brief(text string) string {
	if len(text) > 2*maxText {
		text = text[:2*maxText]
	}
	if strings.ContainsAny(text, "@+") {
		text = personal.ReplaceAllString(text, "…")
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n\t") {
		text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "…"
	}
	return text
}

func briefly(texts []string) []string {
	var out []string
	for _, t := range texts[:min(len(texts), maxFollowed)] {
		out = append(out, brief(t))
	}
	return out
}
