package hours

import "fmt"

// SyntaxError says where a text stops being opening hours.
type SyntaxError struct {
	Text   string
	At     int    // the character, counted from 1
	Reason string // what is wrong there and what was expected
}

// Error names the character, what is wrong and the whole text.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("opening hours %q: character %d: %s", e.Text, e.At, e.Reason)
}

func fault(at int, format string, args ...any) error {
	return &SyntaxError{At: at, Reason: fmt.Sprintf(format, args...)}
}
