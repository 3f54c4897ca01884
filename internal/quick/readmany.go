package quick

import (
	"reflect"
	"unsafe"
)

// slice is a slice of any type as it is in memory.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

// room is where the elements of a list or a map are while it is not known how many
// there are.
type room struct {
	elements, made slice         // the room, and the list that is made of it
	from, to       reflect.Value // the same two, to reflect
}

// rooms are kept from one text to the next.
type rooms []*room

// lend returns the room of a plan, with some place at least. Whoever has it gives it
// back; who comes while it is lent gets a new one.
func (rs *rooms) lend(p *plan) *room {
	for len(*rs) <= p.room {
		*rs = append(*rs, nil)
	}
	m := (*rs)[p.room]
	(*rs)[p.room] = nil
	if m == nil {
		m = &room{}
		list := reflect.SliceOf(p.elem.typ)
		m.from, m.to = reflect.NewAt(list, unsafe.Pointer(&m.elements)).Elem(), reflect.NewAt(list, unsafe.Pointer(&m.made)).Elem()
		m.grow(0)
	}
	return m
}

// giveBack takes the first n elements out and keeps the room.
func (rs *rooms) giveBack(p *plan, m *room, n int) {
	m.elements.len = n
	m.from.Clear()
	if m.elements.cap <= 1024 {
		(*rs)[p.room] = m
	}
}

// grow makes place for more than the n elements that are there.
func (m *room) grow(n int) {
	m.elements.len = n
	m.from.Grow(max(8, n))
}

func (m *room) at(p *plan, i int) unsafe.Pointer {
	return unsafe.Add(m.elements.data, uintptr(i)*p.elem.size)
}

// list makes a list of the first n elements.
func (m *room) list(n int) slice {
	m.elements.len = n
	m.to.Grow(n)
	m.made.len = n
	reflect.Copy(m.to, m.from)
	made := m.made
	m.made = slice{}
	return made
}

// nothing is where lists without elements are.
var nothing [0]byte

// readList reads a slice.
func readList(r *reader, p *plan, at unsafe.Pointer) bool {
	if !r.take('[') {
		return false
	}
	m := r.rooms.lend(p)
	n, ok := r.elements(p, m)
	switch {
	case ok && n == 0:
		*(*slice)(at) = slice{data: unsafe.Pointer(&nothing)}
	case ok:
		*(*slice)(at) = m.list(n)
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
		if n == m.elements.cap {
			m.grow(n)
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
	m.elements.len = 1
	value := m.from.Index(0)
	ok := r.members(func(name string) bool {
		key.SetString(name)
		before := to.Len()
		if !p.elem.read(r, p.elem, m.elements.data) {
			return false
		}
		to.SetMapIndex(key, value)
		value.SetZero()
		return to.Len() > before
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

func readNumbers(r *reader, _ *plan, at unsafe.Pointer) bool {
	to := map[string]int64{}
	*(*map[string]int64)(at) = to
	return r.members(func(name string) bool {
		value, ok := r.int()
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
