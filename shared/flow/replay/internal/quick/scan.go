package quick

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// blank passes over white space.
func (r *Reader) blank() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek is the next character, 0 at the end.
func (r *Reader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *Reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *Reader) word(w string) bool {
	if !strings.HasPrefix(r.text[r.at:], w) {
		return false
	}
	r.at += len(w)
	return true
}

// members calls read at the value of each member of an object, which it must consume.
func (r *Reader) members(read func(key string) error) error {
	if !r.take('{') {
		return ErrUnusual
	}
	if r.blank(); r.take('}') {
		return nil
	}
	for {
		r.blank()
		key, err := r.string()
		if err != nil {
			return err
		}
		if r.blank(); !r.take(':') {
			return ErrUnusual
		}
		r.blank()
		if err := read(key); err != nil {
			return err
		}
		r.blank()
		if r.take('}') {
			return nil
		}
		if !r.take(',') {
			return ErrUnusual
		}
	}
}

// string reads a string. One without escapes is a part of the text.
func (r *Reader) string() (string, error) {
	if !r.take('"') {
		return "", ErrUnusual
	}
	var wide, escaped bool
	from := r.at
	for i := from; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return unquoted(r.text[from:i], wide, escaped)
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return "", ErrUnusual
		case c >= utf8.RuneSelf:
			wide = true
		}
	}
	return "", ErrUnusual
}

func unquoted(inner string, wide, escaped bool) (string, error) {
	switch {
	case escaped:
		return unescaped(inner)
	case wide && !utf8.ValidString(inner):
		return "", ErrUnusual
	}
	return inner, nil
}

func unescaped(inner string) (s string, err error) {
	if json.Unmarshal([]byte(`"`+inner+`"`), &s) != nil {
		return "", ErrUnusual
	}
	return s, nil
}

// int reads a whole number that is written out.
func (r *Reader) int() (n int64, err error) {
	minus := r.take('-')
	from := r.at
	for c := r.peek(); c >= '0' && c <= '9'; c = r.peek() {
		n = 10*n + int64(c-'0')
		r.at++
	}
	digits := r.text[from:r.at]
	switch c := r.peek(); {
	case digits == "", len(digits) > 18, len(digits) > 1 && digits[0] == '0', c == '.', c == 'e', c == 'E':
		return 0, ErrUnusual
	}
	if minus {
		n = -n
	}
	return n, nil
}

// skip passes over a value and returns its text. It finds the end of any valid JSON.
func (r *Reader) skip() (string, error) {
	from, depth := r.at, 0
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case '"':
			if !r.pass() {
				return "", ErrUnusual
			}
			if depth == 0 {
				return r.text[from:r.at], nil
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				r.at++
				return r.text[from:r.at], nil
			}
			if depth < 0 {
				return r.bare(from)
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return r.bare(from)
			}
		}
		r.at++
	}
	if depth != 0 {
		return "", ErrUnusual
	}
	return r.bare(from)
}

// bare is a number, true, false or null.
func (r *Reader) bare(from int) (string, error) {
	if r.at == from {
		return "", ErrUnusual
	}
	return r.text[from:r.at], nil
}

// pass passes over a string, whatever is in it.
func (r *Reader) pass() bool {
	for i := r.at + 1; i < len(r.text); i++ {
		switch r.text[i] {
		case '"':
			r.at = i + 1
			return true
		case '\\':
			i++
		}
	}
	return false
}
