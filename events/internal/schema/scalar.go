package schema

import (
	"bytes"
	"strconv"
	"time"
)

// maxString is the length in bytes of a string no schema says anything of.
const maxString = 8 << 10

func (w *walker) text(n *node) *Violation {
	text, v := w.scan()
	if v != nil {
		return v
	}
	if v := w.mustBe(n, kindString, "string"); v != nil {
		return v
	}
	most := maxString
	if n != nil && n.maxLength > 0 {
		most = n.maxLength
	}
	if len(text) > most {
		return w.fail("maxLength", "%d bytes, at most %d", len(text), most)
	}
	if n == nil {
		return nil
	}
	return w.textRules(n, text)
}

func (w *walker) textRules(n *node, text []byte) *Violation {
	switch {
	case len(text) < n.minLength:
		return w.fail("minLength", "empty")
	case n.pattern != nil && !n.pattern.match(text):
		return w.fail("pattern", "%s does not match %s", w.quote(text), n.pattern.text)
	case n.format == "date-time":
		return w.moment(n, text)
	case n.format == "date":
		return w.day(n, text)
	case n.enum != nil:
		return w.choice(n, text)
	}
	return nil
}

func (w *walker) choice(n *node, text []byte) *Violation {
	if _, ok := n.enum[string(text)]; ok {
		return nil
	}
	if n.noun != "" {
		return w.fail("enum", "%s is no %s", w.quote(text), n.noun)
	}
	return w.fail("enum", "%s is none of %s", w.quote(text), n.enumText)
}

func (w *walker) moment(n *node, text []byte) *Violation {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return w.fail("format", "%s is no RFC 3339 date-time", w.quote(text))
	}
	return w.when(n, t, text)
}

func (w *walker) day(n *node, text []byte) *Violation {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return w.fail("format", "%s is no date YYYY-MM-DD", w.quote(text))
	}
	return w.when(n, t, text)
}

func (w *walker) when(n *node, t time.Time, text []byte) *Violation {
	if t.Before(earliest) {
		return w.fail(RuleWhen, "%s is before 2000", text)
	}
	if n.planned {
		if t.After(w.now.AddDate(plannedYears, 0, 0)) {
			return w.fail(RuleWhen, "%s is more than %d years ahead", text, plannedYears)
		}
		return nil
	}
	if t.After(w.now.Add(ahead)) {
		return w.fail(RuleWhen, "%s is more than a day ahead", text)
	}
	return nil
}

func (w *walker) number(n *node) *Violation {
	start := w.pos
	whole, v := w.numeral()
	if v != nil {
		return v
	}
	k := kindNumber
	if whole {
		k = kindInteger
	}
	text := w.data[start:w.pos]
	if v := w.mustBe(n, k, excerpt(text)); v != nil || n == nil || n.kinds&kindNumber == 0 && n.kinds&kindInteger == 0 {
		return v
	}
	return w.bounds(n, text)
}

func (w *walker) bounds(n *node, text []byte) *Violation {
	value, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return w.fail("type", "%s is too large a number", excerpt(text))
	}
	if n.minimum != nil && value < *n.minimum {
		return w.fail("minimum", "%s is less than %s", excerpt(text), plain(*n.minimum))
	}
	if n.maximum != nil && value > *n.maximum {
		return w.fail("maximum", "%s is more than %s", excerpt(text), plain(*n.maximum))
	}
	return nil
}

func plain(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// numeral takes a number and tells whether it is written as a whole one, the only
// way in which Go reads an integer.
func (w *walker) numeral() (whole bool, v *Violation) {
	if w.data[w.pos] == '-' {
		w.pos++
	}
	if w.peek() == '0' {
		w.pos++
	} else if !w.digits() {
		return false, w.syntax("a digit")
	}
	whole = true
	if w.peek() == '.' {
		w.pos++
		if whole = false; !w.digits() {
			return false, w.syntax("a digit")
		}
	}
	if c := w.peek(); c == 'e' || c == 'E' {
		w.pos++
		if c := w.peek(); c == '+' || c == '-' {
			w.pos++
		}
		if whole = false; !w.digits() {
			return false, w.syntax("a digit")
		}
	}
	return whole, nil
}

func (w *walker) peek() byte {
	if w.pos < len(w.data) {
		return w.data[w.pos]
	}
	return end
}

func (w *walker) digits() bool {
	start := w.pos
	for c := w.peek(); '0' <= c && c <= '9'; c = w.peek() {
		w.pos++
	}
	return w.pos > start
}

func isWebAddress(text []byte) bool {
	return bytes.HasPrefix(text, []byte("https://")) || bytes.HasPrefix(text, []byte("http://"))
}
