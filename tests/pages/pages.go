// Package pages writes the parts of pages that are made of something else, such as tables
// of what the program says of itself.
package pages

import (
	"fmt"
	"strings"
)

// Between returns the text of a page with part between two marks, in place of what is
// there. The error says which marks it lacks.
func Between(text, begin, end, part string) (string, error) {
	before, rest, ok := strings.Cut(text, begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", fmt.Errorf("the marks %q and %q are not there", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + part + end + after, nil
}
