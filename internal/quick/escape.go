package quick

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// escaped reads a string whose first escape is at i.
func (r *reader) escaped(from, i int) (string, bool) {
	out := append(make([]byte, 0, i-from+32), r.text[from:i]...)
	for i < len(r.text) {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return string(out), utf8.Valid(out)
		case c < ' ':
			return "", false
		case c != '\\':
			out = append(out, c)
			i++
		default:
			var ok bool
			if out, i, ok = r.unescape(out, i+1); !ok {
				return "", false
			}
		}
	}
	return "", false
}

// unescape appends what the escape means whose letter is at i.
func (r *reader) unescape(out []byte, i int) ([]byte, int, bool) {
	if i >= len(r.text) {
		return out, i, false
	}
	switch c := r.text[i]; c {
	case '"', '\\', '/':
		return append(out, c), i + 1, true
	case 'b':
		return append(out, '\b'), i + 1, true
	case 'f':
		return append(out, '\f'), i + 1, true
	case 'n':
		return append(out, '\n'), i + 1, true
	case 'r':
		return append(out, '\r'), i + 1, true
	case 't':
		return append(out, '\t'), i + 1, true
	case 'u':
		u, ok := r.unit(i + 1)
		if !ok || !utf16.IsSurrogate(u) {
			return utf8.AppendRune(out, u), i + 5, ok
		}
		if !(i+7 <= len(r.text) && r.text[i+5] == '\\' && r.text[i+6] == 'u') {
			return out, i, false
		}
		low, ok := r.unit(i + 7)
		pair := utf16.DecodeRune(u, low)
		return utf8.AppendRune(out, pair), i + 11, ok && pair != utf8.RuneError
	}
	return out, i, false
}

// unit reads four hexadecimal digits.
func (r *reader) unit(i int) (rune, bool) {
	if i+4 > len(r.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(r.text[i:i+4], 16, 32)
	return rune(n), err == nil
}
