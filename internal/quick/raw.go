package quick

import (
	"reflect"
	"unicode/utf8"
	"unsafe"
)

// written are the ways of types that have their own; see Writes.
var written = map[reflect.Type]func(b []byte, at unsafe.Pointer) ([]byte, bool){}

// Writes has values of T's type, within others, written by a function. It appends what
// encoding/json would write, or returns false: then encoding/json does. Writes is to be
// called before anything is written: in an init.
func Writes[T any](write func(b []byte, v *T) ([]byte, bool)) {
	written[reflect.TypeFor[T]()] = func(b []byte, at unsafe.Pointer) ([]byte, bool) { return write(b, (*T)(at)) }
}

func writeOwn(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	n := len(b)
	b, ok := written[p.typ](b, at)
	if !ok {
		return writeOther(w, b[:n], p, at)
	}
	return b
}

// AppendString appends a text as encoding/json writes it.
func AppendString(b []byte, s string) []byte { return appendString(b, s) }

// AppendRaw appends JSON as encoding/json writes a json.RawMessage: without blanks, and
// with what means something to HTML escaped. It returns false for what is no JSON, or
// very deep.
func AppendRaw(b, raw []byte) ([]byte, bool) {
	r := readers.Get().(*reader)
	ok := r.right(raw)
	readers.Put(r)
	if !ok {
		return b, false
	}
	from, inside := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++
		case c == '"':
			inside = !inside
		case c <= ' ' && !inside:
			b = append(b, raw[from:i]...)
			from = i + 1
		case c == '<' || c == '>' || c == '&':
			b = append(append(b, raw[from:i]...), escapeOf(c)...)
			from = i + 1
		case c >= utf8.RuneSelf && lineEnd(raw[i:]):
			b = append(append(b, raw[from:i]...), `\u202`...)
			b = append(b, hex[raw[i+2]&0xf])
			from = i + 3
		}
	}
	return append(b, raw[from:]...), true
}

// lineEnd tells U+2028 and U+2029, which end lines to JavaScript.
func lineEnd(b []byte) bool {
	return len(b) > 2 && b[0] == 0xe2 && b[1] == 0x80 && b[2]&^1 == 0xa8
}

// right tells whether a text is one value.
func (r *reader) right(raw []byte) bool {
	r.text, r.bytes, r.at, r.depth = unsafe.String(unsafe.SliceData(raw), len(raw)), raw, 0, 0
	r.blank()
	ok := r.pass()
	r.blank()
	ok = ok && r.at == len(raw)
	r.text, r.bytes = "", nil
	return ok
}
