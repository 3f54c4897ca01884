package quick

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unsafe"
)

// readOther leaves a value to encoding/json.
func readOther(r *reader, p *plan, at unsafe.Pointer) bool {
	text, ok := r.skip()
	return ok && text != "null" && json.Unmarshal([]byte(text), reflect.NewAt(p.typ, at).Interface()) == nil
}

func readRaw(r *reader, _ *plan, at unsafe.Pointer) bool {
	text, ok := r.skip()
	*(*json.RawMessage)(at) = json.RawMessage(text)
	return ok
}

func readString(r *reader, _ *plan, at unsafe.Pointer) bool {
	s, ok := r.string()
	*(*string)(at) = s
	return ok
}

func readBool(r *reader, _ *plan, at unsafe.Pointer) bool {
	is := r.word("true")
	*(*bool)(at) = is
	return is || r.word("false")
}

func readInt64(r *reader, _ *plan, at unsafe.Pointer) bool {
	n, ok := r.int()
	*(*int64)(at) = n
	return ok
}

func readIntN(r *reader, p *plan, at unsafe.Pointer) bool {
	n, ok := r.int()
	v := reflect.NewAt(p.typ, at).Elem()
	if !ok || v.OverflowInt(n) {
		return false
	}
	v.SetInt(n)
	return true
}

// int reads a whole number of at most 18 digits.
func (r *reader) int() (n int64, ok bool) {
	minus := r.take('-')
	from := r.at
	for r.at < len(r.bytes) && r.bytes[r.at]-'0' <= 9 {
		n = 10*n + int64(r.bytes[r.at]-'0')
		r.at++
	}
	digits := r.at - from
	if digits == 0 || digits > 18 || digits > 1 && r.bytes[from] == '0' {
		return 0, false
	}
	switch r.peek() {
	case '.', 'e', 'E':
		return 0, false
	}
	if minus {
		n = -n
	}
	return n, true
}

func readFloat(r *reader, _ *plan, at unsafe.Pointer) bool {
	n, ok := r.float()
	*(*float64)(at) = n
	return ok
}

func (r *reader) float() (float64, bool) {
	text, _, ok := r.number()
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

func readPointer(r *reader, p *plan, at unsafe.Pointer) bool {
	to := reflect.New(p.elem.typ).UnsafePointer()
	*(*unsafe.Pointer)(at) = to
	return p.elem.read(r, p.elem, to)
}

// readStruct reads an object.
func readStruct(r *reader, p *plan, at unsafe.Pointer) bool {
	if !r.take('{') {
		return false
	}
	var seen uint64
	next := 0
	for first := true; ; first = false {
		over, ok := r.more('}', first)
		if over || !ok {
			return ok
		}
		i := r.expected(p, next)
		if i < 0 {
			key, ok := r.key()
			if !ok {
				return false
			}
			if i = p.find(key); i < 0 {
				if _, ok := r.skip(); !ok || p.resembles(key) {
					return false
				}
				continue
			}
		}
		if seen&(1<<i) != 0 {
			return false
		}
		seen, next = seen|1<<i, i+1
		f := &p.fields[i]
		if !f.plan.read(r, f.plan, unsafe.Add(at, f.offset)) {
			return false
		}
	}
}

// expected passes over the key of a field when it is one of those from next on and
// written as we write it, as it most often is: in the order of the fields, and without
// blanks. Else it returns -1.
func (r *reader) expected(p *plan, next int) int {
	rest := r.text[r.at:]
	if len(rest) < 2 {
		return -1
	}
	for i := next; i < len(p.fields); i++ {
		head := p.fields[i].head[1:]
		if head[1] == rest[1] && len(rest) > len(head) && rest[:len(head)] == head && rest[len(head)] > ' ' {
			r.at += len(head)
			return i
		}
	}
	return -1
}

func (p *plan) find(key string) int {
	for i := range p.fields {
		if p.fields[i].name == key {
			return i
		}
	}
	return -1
}

// resembles tells whether encoding/json would take the key for a field's all the same.
func (p *plan) resembles(key string) bool {
	for i := range p.fields {
		if strings.EqualFold(p.fields[i].name, key) {
			return true
		}
	}
	return false
}
