package quick

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"
)

// reader reads one text.
type reader struct {
	text  string
	bytes []byte // the same
	at    int
	depth int
	rooms rooms

	day      string // read last, and when it began
	midnight int64
}

// deepest is how deep values of unknown shape may be.
const deepest = 100

// whole fills the value of a plan with all of the text.
func (r *reader) whole(text string, p *plan, at unsafe.Pointer) bool {
	r.text, r.bytes, r.at, r.depth = text, unsafe.Slice(unsafe.StringData(text), len(text)), 0, 0
	r.blank()
	ok := p.read(r, p, at)
	r.blank()
	ok = ok && r.at == len(r.text)
	r.text, r.bytes, r.day = "", nil, ""
	return ok
}

// blank passes over white space.
func (r *reader) blank() {
	for r.at < len(r.text) && r.text[r.at] <= ' ' {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek is the next character, 0 at the end.
func (r *reader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) take(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) word(w string) bool {
	if len(r.text)-r.at < len(w) || r.text[r.at:r.at+len(w)] != w {
		return false
	}
	r.at += len(w)
	return true
}

// more moves to the next element of what ends with the given character. Over tells
// that there is none.
func (r *reader) more(end byte, first bool) (over, ok bool) {
	if !first && r.at+1 < len(r.bytes) && r.bytes[r.at] == ',' && r.bytes[r.at+1] > ' ' {
		r.at++
		return false, true
	}
	r.blank()
	if r.take(end) {
		return true, true
	}
	if first {
		return false, true
	}
	if !r.take(',') {
		return false, false
	}
	r.blank()
	return false, true
}

// key reads the name of a member and moves to its value.
func (r *reader) key() (string, bool) {
	name, ok := r.string()
	if !ok {
		return "", false
	}
	r.blank()
	if !r.take(':') {
		return "", false
	}
	r.blank()
	return name, true
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// remarkable marks, of eight characters, at least the first that a string cannot go on
// with as it is: quotes, backslashes, control characters; and those that are not ASCII.
func remarkable(x uint64) uint64 {
	quotes, slashes := x^ones*'"', x^ones*'\\'
	return ((quotes-ones)&^quotes | (slashes-ones)&^slashes | (x-ones*' ')&^x | x) & highs
}

// string reads a string. One without escapes is a part of the text.
func (r *reader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	b, from, wide := r.bytes, r.at, false
	for i := from; ; {
		if i+8 <= len(b) {
			m := remarkable(binary.LittleEndian.Uint64(b[i:]))
			if m == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(m) / 8
		}
		if i >= len(b) {
			return "", false
		}
		switch c := b[i]; {
		case c == '"':
			r.at = i + 1
			s := r.text[from:i]
			return s, !wide || utf8.ValidString(s)
		case c == '\\':
			return r.escaped(from, i)
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			wide = true
		}
		i++
	}
}
