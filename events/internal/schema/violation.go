package schema

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Violation says what of the data is wrong, where, and by which rule.
type Violation struct {
	Path   string // JSON pointer (RFC 6901) into the data; empty: the data as a whole
	Rule   string // the JSON Schema keyword, or one of the Rule constants
	Detail string // what was found and what was expected
}

// Error returns path, detail and rule: "/lines/0/quantity: 0 is less than 1 (minimum)".
func (v *Violation) Error() string {
	path := v.Path
	if path != "" {
		path += ": "
	}
	return path + v.Detail + " (" + v.Rule + ")"
}

// step is one step of a path: an object's name, or a list's index when name is nil.
type step struct {
	name  []byte
	index int
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func (w *walker) fail(rule, format string, values ...any) *Violation {
	var path strings.Builder
	for _, s := range w.path[:w.depth] {
		if s.name == nil {
			fmt.Fprintf(&path, "/%d", s.index)
		} else {
			path.WriteString("/" + pointerEscapes.Replace(excerpt(s.name)))
		}
	}
	return &Violation{Path: path.String(), Rule: rule, Detail: fmt.Sprintf(format, values...)}
}

// quote shows a value in a message, but never who a customer is: messages are logged.
func (w *walker) quote(value []byte) string {
	if w.depth > 0 && string(w.path[0].name) == "customer" {
		return fmt.Sprintf("a text of %d bytes", len(value))
	}
	return fmt.Sprintf("%q", excerpt(value))
}

// excerpt is at most 60 bytes of a text, whole characters, on one line.
func excerpt(text []byte) string {
	const most = 60
	if len(text) <= most {
		return string(text)
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return string(text[:cut]) + "…"
}
