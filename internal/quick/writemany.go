package quick

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// writeMap writes a map whose keys are texts, in their order.
func writeMap(w *writer, b []byte, p *plan, at unsafe.Pointer) []byte {
	from := reflect.NewAt(p.typ, at).Elem()
	if from.IsNil() {
		return append(b, "null"...)
	}
	if !w.deeper() {
		return b
	}
	keys := make([]string, 0, 16)
	m := w.rooms.lend(p)
	key := reflect.New(p.typ.Key()).Elem()
	for i := from.MapRange(); i.Next(); {
		n := len(keys)
		if n == m.elements.cap {
			m.grow(n)
		}
		m.elements.len = n + 1
		key.SetIterKey(i)
		keys = append(keys, key.String())
		m.from.Index(n).SetIterValue(i)
	}
	b = object(b, keys, func(b []byte, i int) []byte { return p.elem.write(w, b, p.elem, m.at(p, i)) })
	w.rooms.giveBack(p, m, len(keys))
	w.depth--
	return b
}

// object writes members in the order of their keys.
func object(b []byte, keys []string, value func([]byte, int) []byte) []byte {
	order := make([]int, 0, 16)
	for i := range keys {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(keys[a], keys[b]) })
	b = append(b, '{')
	for n, i := range order {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, keys[i]), ':')
		b = value(b, i)
	}
	return append(b, '}')
}

func writeTexts(_ *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	from := *(*map[string]string)(at)
	if from == nil {
		return append(b, "null"...)
	}
	keys := slices.AppendSeq(make([]string, 0, 16), maps.Keys(from))
	return object(b, keys, func(b []byte, i int) []byte { return appendString(b, from[keys[i]]) })
}

func writeAny(w *writer, b []byte, _ *plan, at unsafe.Pointer) []byte {
	return w.any(b, *(*any)(at))
}

// any writes what a value of any shape was read as; else encoding/json does.
func (w *writer) any(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case float64:
		return w.float(b, v)
	case map[string]any:
		if v != nil && w.deeper() {
			keys := slices.AppendSeq(make([]string, 0, 16), maps.Keys(v))
			b = object(b, keys, func(b []byte, i int) []byte { return w.any(b, v[keys[i]]) })
			w.depth--
			return b
		}
	}
	return w.other(b, value)
}
