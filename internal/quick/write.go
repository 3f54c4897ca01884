package quick

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"unsafe"
)

// writer is what writing one text needs besides the text.
type writer struct {
	failed bool // encoding/json will say why
	depth  int
	rooms  rooms
	room   []byte // for the next text
}

// deeper goes a level down; the caller comes up again. What is deeper than anything
// plain may have no end.
func (w *writer) deeper() bool {
	if w.depth == deepest {
		w.failed = true
		return false
	}
	w.depth++
	return true
}

// writeOther leaves a value to encoding/json.
func writeOther(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	return w.other(b, reflect.NewAt(p.typ, at).Elem().Interface())
}

func (w *writer) other(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	w.failed = w.failed || err != nil
	return append(b, text...)
}

// writeRaw writes JSON that is there already.
func writeRaw(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	n := len(b)
	b, ok := AppendRaw(b, *(*json.RawMessage)(at))
	if !ok {
		return writeOther(w, b[:n], p, at)
	}
	return b
}

func writeString(_ *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	return appendString(b, *(*string)(at))
}

func writeBool(_ *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	return strconv.AppendBool(b, *(*bool)(at))
}

func writeInt64(_ *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	return strconv.AppendInt(b, *(*int64)(at), 10)
}

func writeIntN(_ *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	return strconv.AppendInt(b, reflect.NewAt(p.typ, at).Elem().Int(), 10)
}

func writeFloat(w *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	return w.float(b, *(*float64)(at))
}

// float writes a number as ECMAScript does: Number::toString of ECMA-262.
func (w *writer) float(b []byte, f float64) []byte {
	size := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		w.failed = true
	case size != 0 && (size < 1e-6 || size >= 1e21):
		b = strconv.AppendFloat(b, f, 'e', -1, 64)
		if n := len(b); b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' {
			b[n-2] = b[n-1] // e-09 is written e-9
			b = b[:n-1]
		}
	default:
		b = strconv.AppendFloat(b, f, 'f', -1, 64)
	}
	return b
}

func writePointer(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	to := *(*unsafe.Pointer)(at)
	if to == nil {
		return append(b, "null"...)
	}
	if w.deeper() {
		b = p.elem.write(w, b, p.elem, to)
		w.depth--
	}
	return b
}

func writeStruct(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	from := len(b)
	for i := range p.fields {
		f := &p.fields[i]
		v := unsafe.Add(at, f.offset)
		if f.omit == nil || !f.omit(f.plan, v) {
			b = append(b, f.head...)
			b = f.plan.write(w, b, f.plan, v)
		}
	}
	if len(b) == from {
		b = append(b, '{')
	}
	b[from] = '{' // in the place of the first comma
	return append(b, '}')
}

func writeList(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	list := *(*[]byte)(at) // whatever its elements are: where and how many
	if list == nil {
		return append(b, "null"...)
	}
	if !w.deeper() {
		return b
	}
	first := unsafe.Pointer(unsafe.SliceData(list))
	b = append(b, '[')
	for i := range len(list) {
		if i > 0 {
			b = append(b, ',')
		}
		b = p.elem.write(w, b, p.elem, unsafe.Add(first, uintptr(i)*p.elem.size))
	}
	w.depth--
	return append(b, ']')
}
