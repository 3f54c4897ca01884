package hours

import "fmt"

// SyntaxError says where a text stops being opening hours.
type SyntaxError struct {
	Text   string
	At     int    // the character, counted from 1
	Reason string // what is wrong there and what was expected
}

// Error names the character, what is wrong and the text, or of a long one the part
// around the character.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("opening hours %q: character %d: %s", e.excerpt(), e.At, e.Reason)
}

const excerptSide = 60 // characters

func (e *SyntaxError) excerpt() string {
	runes := []rune(e.Text)
	if len(runes) <= 2*excerptSide {
		return e.Text
	}
	from := max(0, min(e.At-excerptSide, len(runes)-2*excerptSide))
	part := string(runes[from:min(len(runes), from+2*excerptSide)])
	if from > 0 {
		part = "…" + part
	}
	if from+2*excerptSide < len(runes) {
		part += "…"
	}
	return part
}

func fault(at int, format string, args ...any) error {
	return &SyntaxError{At: at, Reason: fmt.Sprintf(format, args...)}
}
