package quick

import (
	"reflect"
	"unsafe"
)

// room is where the elements of a list or a map are while it is not known how many
// there are.
type room struct {
	list reflect.Value // a slice of the element's type
	cap  int
}

// rooms are kept from one text to the next.
type rooms []*room

// lend returns the room of a plan, with at least some place. Whoever has it gives it
// back; who comes while it is lent gets a new one.
func (rs *rooms) lend(p *plan) *room {
	for len(*rs) <= p.room {
		*rs = append(*rs, nil)
	}
	m := (*rs)[p.room]
	(*rs)[p.room] = nil
	if m == nil {
		m = &room{}
		m.grow(p, 0)
	}
	return m
}

// giveBack takes the first n elements out and keeps the room.
func (rs *rooms) giveBack(p *plan, m *room, n int) {
	m.list.Slice(0, n).Clear()
	if m.cap <= 1024 {
		(*rs)[p.room] = m
	}
}

// grow makes place for more than the n elements that are there.
func (m *room) grow(p *plan, n int) {
	m.cap = max(8, 2*n)
	larger := reflect.MakeSlice(reflect.SliceOf(p.elem.typ), m.cap, m.cap)
	if n > 0 {
		reflect.Copy(larger, m.list.Slice(0, n))
	}
	m.list = larger
}

func (m *room) at(p *plan, i int) unsafe.Pointer {
	return unsafe.Add(m.list.UnsafePointer(), uintptr(i)*p.elem.size)
}

// readList reads a slice.
func readList(r *reader, p *plan, at unsafe.Pointer) bool {
	if !r.take('[') {
		return false
	}
	m := r.rooms.lend(p)
	n, ok := r.elements(p, m)
	if ok {
		to := reflect.NewAt(p.typ, at).Elem()
		if n == 0 {
			to.Set(reflect.MakeSlice(p.typ, 0, 0))
		} else {
			to.Grow(n)
			to.SetLen(n)
			reflect.Copy(to, m.list.Slice(0, n))
		}
	}
	r.rooms.giveBack(p, m, n)
	return ok
}

func (r *reader) elements(p *plan, m *room) (n int, ok bool) {
	for {
		over, ok := r.more(']', n == 0)
		if over || !ok {
			return n, ok
		}
		if n == m.cap {
			m.grow(p, n)
		}
		n++
		if !p.elem.read(r, p.elem, m.at(p, n-1)) {
			return n, false
		}
	}
}

// members calls each with the keys of an object; it must read the value.
func (r *reader) members(each func(key string) bool) bool {
	if !r.take('{') {
		return false
	}
	for first := true; ; first = false {
		over, ok := r.more('}', first)
		if over || !ok {
			return ok
		}
		key, ok := r.key()
		if !ok || !each(key) {
			return false
		}
	}
}

// readMap reads a map whose keys are texts.
func readMap(r *reader, p *plan, at unsafe.Pointer) bool {
	to := reflect.NewAt(p.typ, at).Elem()
	to.Set(reflect.MakeMap(p.typ))
	key := reflect.New(p.typ.Key()).Elem()
	m := r.rooms.lend(p)
	ok := r.members(func(name string) bool {
		key.SetString(name)
		if to.MapIndex(key).IsValid() || !p.elem.read(r, p.elem, m.at(p, 0)) {
			return false
		}
		to.SetMapIndex(key, m.list.Index(0))
		m.list.Index(0).SetZero()
		return true
	})
	r.rooms.giveBack(p, m, 1)
	return ok
}

func readTexts(r *reader, _ *plan, at unsafe.Pointer) bool {
	to := map[string]string{}
	*(*map[string]string)(at) = to
	return r.members(func(name string) bool {
		value, ok := r.string()
		before := len(to)
		to[name] = value
		return ok && len(to) > before
	})
}

func readAnys(r *reader, _ *plan, at unsafe.Pointer) bool {
	to, ok := r.anys()
	*(*map[string]any)(at) = to
	return ok
}

func (r *reader) anys() (map[string]any, bool) {
	to := map[string]any{}
	ok := r.members(func(name string) bool {
		value, ok := r.any()
		before := len(to)
		to[name] = value
		return ok && len(to) > before
	})
	return to, ok
}

func readAny(r *reader, _ *plan, at unsafe.Pointer) bool {
	value, ok := r.any()
	*(*any)(at) = value
	return ok
}

// any reads a value of any shape, as encoding/json gives it to an empty interface.
func (r *reader) any() (value any, ok bool) {
	if r.depth++; r.depth > deepest {
		return nil, false
	}
	switch r.peek() {
	case '"':
		value, ok = r.string()
	case '{':
		value, ok = r.anys()
	case '[':
		value, ok = r.list()
	case 't':
		value, ok = true, r.word("true")
	case 'f':
		value, ok = false, r.word("false")
	case 'n':
		ok = r.word("null")
	default:
		value, ok = r.float()
	}
	r.depth--
	return value, ok
}

func (r *reader) list() ([]any, bool) {
	r.at++
	list := []any{}
	for {
		over, ok := r.more(']', len(list) == 0)
		if over || !ok {
			return list, ok
		}
		value, ok := r.any()
		if !ok {
			return nil, false
		}
		list = append(list, value)
	}
}
