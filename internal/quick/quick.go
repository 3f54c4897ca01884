// Package quick reads and writes JSON as encoding/json does, several times as fast:
// the documents and events of every request go through it.
//
// It gives what encoding/json would give, byte for byte and value for value. It can,
// as it works out once how values of a type are laid out in memory, and as it takes
// on only what is plain: keys as they are declared and none twice, no nulls, valid
// UTF-8. Of all else it keeps its hands and asks encoding/json, whose errors are
// therefore the ones that callers see.
package quick

import (
	"encoding/json"
	"reflect"
	"sync"
	"unsafe"
)

var readers = sync.Pool{New: func() any { return new(reader) }}

// Unmarshal does what json.Unmarshal does. It is quick when into points to an empty
// value. Texts in the result are parts of data, which must not be changed any more.
func Unmarshal(data []byte, into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return json.Unmarshal(data, into)
	}
	p := planOf(v.Type().Elem())
	if p == nil || !empty(v.UnsafePointer(), p.size) {
		return json.Unmarshal(data, into)
	}
	r := readers.Get().(*reader)
	ok := r.whole(unsafe.String(unsafe.SliceData(data), len(data)), p, v.UnsafePointer())
	readers.Put(r)
	if ok {
		return nil
	}
	v.Elem().SetZero()
	return json.Unmarshal(data, into)
}

// zeros is what an empty value's memory looks like.
var zeros [4096]byte

func empty(at unsafe.Pointer, size uintptr) bool {
	return size <= uintptr(len(zeros)) && string(unsafe.Slice((*byte)(at), size)) == string(zeros[:size])
}

// mostKept bounds the room that a writer keeps for the next one.
const mostKept = 64 << 10

var writers = sync.Pool{New: func() any { return new(writer) }}

// Marshal does what json.Marshal does. It is quickest when given a pointer.
func Marshal(v any) ([]byte, error) {
	from := reflect.ValueOf(v)
	if from.Kind() != reflect.Pointer {
		return marshalCopy(v, from)
	}
	if from.IsNil() {
		return json.Marshal(v)
	}
	p := planOf(from.Type().Elem())
	if p == nil {
		return json.Marshal(v)
	}
	w := writers.Get().(*writer)
	w.failed, w.depth = false, 0
	text := p.write(w, w.room[:0], p, from.UnsafePointer())
	if w.failed {
		return json.Marshal(v)
	}
	data := append(make([]byte, 0, len(text)), text...)
	if w.room = text; cap(text) <= mostKept {
		writers.Put(w)
	}
	return data, nil
}

// marshalCopy writes a value that is not pointed to.
func marshalCopy(v any, from reflect.Value) ([]byte, error) {
	if from.Kind() != reflect.Struct || planOf(from.Type()) == nil {
		return json.Marshal(v)
	}
	to := reflect.New(from.Type())
	to.Elem().Set(from)
	return Marshal(to.Interface())
}
