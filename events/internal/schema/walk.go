package schema

import (
	"bytes"
	"encoding/json"
	"sync"
	"time"
	"unicode/utf8"
)

// Check walks over data once. It returns a *Violation for the first thing that is
// wrong. Now bounds the times in it.
func (s *Schema) Check(data []byte, now time.Time) error {
	w := walkers.Get().(*walker)
	defer walkers.Put(w)
	*w = walker{data: data, now: now}
	defer func() { w.data = nil }()
	if !utf8.Valid(data) {
		return w.fail(RuleEncoding, "byte %d is not UTF-8", firstInvalid(data))
	}
	if v := w.value(s.root); v != nil {
		return v
	}
	if w.next() != end {
		return w.syntax("nothing more")
	}
	return nil
}

// walkers are as large as a path may be deep.
var walkers = sync.Pool{New: func() any { return new(walker) }}

func firstInvalid(data []byte) (at int) {
	for {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
}

// walker is one walk: where it is in the data, and on which path.
type walker struct {
	data  []byte
	pos   int
	now   time.Time
	depth int
	path  [MaxDepth]step
}

// end stands for the byte after the last.
const end = 0

// next skips white space and returns the byte there, which it does not take.
func (w *walker) next() byte {
	for ; w.pos < len(w.data); w.pos++ {
		switch c := w.data[w.pos]; c {
		case ' ', '\n', '\r', '\t':
		case 0: // would look like the end
			return 1
		default:
			return c
		}
	}
	return end
}

func (w *walker) syntax(expected string) *Violation {
	if w.pos >= len(w.data) {
		return w.fail(RuleSyntax, "JSON ends at byte %d, expected %s", w.pos, expected)
	}
	return w.fail(RuleSyntax, "byte %d of the JSON is %q, expected %s", w.pos, rune(w.data[w.pos]), expected)
}

func (w *walker) value(n *node) *Violation {
	switch c := w.next(); c {
	case '{':
		return w.enter(n, kindObject, "object", (*walker).object)
	case '[':
		return w.enter(n, kindArray, "array", (*walker).array)
	case '"':
		return w.text(n)
	case 't':
		return w.literal(n, "true", kindBoolean)
	case 'f':
		return w.literal(n, "false", kindBoolean)
	case 'n':
		return w.literal(n, "null", kindNull)
	default:
		if c == '-' || '0' <= c && c <= '9' {
			return w.number(n)
		}
		return w.syntax("a value")
	}
}

func (w *walker) mustBe(n *node, k kind, found string) *Violation {
	if n == nil || n.kinds == 0 || n.kinds&k != 0 {
		return nil
	}
	return w.fail("type", "%s, expected %s", found, n.typeIs)
}

func (w *walker) enter(n *node, k kind, found string, walk func(*walker, *node) *Violation) *Violation {
	if v := w.mustBe(n, k, found); v != nil {
		return v
	}
	if w.depth == MaxDepth {
		return w.fail(RuleDepth, "more than %d levels", MaxDepth)
	}
	w.pos++
	return walk(w, n)
}

func (w *walker) literal(n *node, word string, k kind) *Violation {
	if !bytes.HasPrefix(w.data[w.pos:], []byte(word)) {
		return w.syntax("a value")
	}
	w.pos += len(word)
	return w.mustBe(n, k, word)
}

// scan takes a string and returns its characters, unescaped, without its quotes.
func (w *walker) scan() ([]byte, *Violation) {
	start := w.pos
	escaped := false
	for w.pos++; w.pos < len(w.data); w.pos++ {
		switch c := w.data[w.pos]; {
		case c == '"':
			w.pos++
			if escaped {
				return w.unescape(w.data[start:w.pos])
			}
			return w.data[start+1 : w.pos-1], nil
		case c == '\\':
			escaped = true
			w.pos++
		case c < ' ':
			return nil, w.syntax(`no control character in a string, or \u escapes`)
		}
	}
	return nil, w.syntax("the string's end")
}

func (w *walker) unescape(quoted []byte) ([]byte, *Violation) {
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		return nil, w.fail(RuleSyntax, "the string before byte %d has an escape JSON does not know", w.pos)
	}
	if bytes.IndexByte([]byte(text), 0) >= 0 {
		return nil, w.fail(RuleEncoding, `the string before byte %d holds \u0000`, w.pos)
	}
	return []byte(text), nil
}
