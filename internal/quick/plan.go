package quick

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// plan is how values of one type are read and written, given where they are.
type plan struct {
	typ  reflect.Type
	size uintptr

	read  func(*reader, *plan, unsafe.Pointer) bool // false: not plain
	write func(*writer, []byte, *plan, unsafe.Pointer) []byte

	fields []field // of a struct, in their order
	elem   *plan   // of a slice, a map, a pointer
	room   int     // of a slice or a map: which of a reader's or a writer's rooms is its
}

var (
	known   atomic.Pointer[map[reflect.Type]*plan] // nil for what is left to encoding/json
	making  sync.Mutex
	roomNum atomic.Int32
)

// planOf returns a type's plan; nil when encoding/json must have it as a whole.
func planOf(t reflect.Type) *plan {
	if all := known.Load(); all != nil {
		if p, ok := (*all)[t]; ok {
			return p
		}
	}
	making.Lock()
	defer making.Unlock()
	d := draft{}
	p := d.plan(t)
	if d.refused {
		p = nil
	}
	all := map[reflect.Type]*plan{t: p}
	if before := known.Load(); before != nil {
		maps.Copy(all, *before)
	}
	known.Store(&all)
	return p
}

// draft makes the plans of a type and of all it is made of. They are its own, as
// others could not know those of a type that is refused.
type draft struct {
	plans   map[reflect.Type]*plan
	refused bool
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	anyType    = reflect.TypeFor[any]()
	fromJSON   = reflect.TypeFor[json.Unmarshaler]()
	fromText   = reflect.TypeFor[encoding.TextUnmarshaler]()
	toJSON     = reflect.TypeFor[json.Marshaler]()
	toText     = reflect.TypeFor[encoding.TextMarshaler]()
	hasZero    = reflect.TypeFor[interface{ IsZero() bool }]()
	stringType = reflect.TypeFor[string]()
	numberType = reflect.TypeFor[int64]()
)

func (d *draft) plan(t reflect.Type) *plan {
	if p := d.plans[t]; p != nil {
		return p
	}
	if d.plans == nil {
		d.plans = map[reflect.Type]*plan{}
	}
	p := &plan{typ: t, size: t.Size()}
	d.plans[t] = p // before its parts: a type may hold itself
	d.byKind(p)
	// Ways of their own, which the type has for reading, writing or both.
	pointer := reflect.PointerTo(t)
	switch {
	case t == timeType:
		p.read, p.write = readTime, writeTime
	case t == rawType:
		p.read, p.write = readRaw, writeRaw
	default:
		if pointer.Implements(fromJSON) || pointer.Implements(fromText) {
			p.read = readOther
		}
		switch own := pointer.Implements(toJSON) || pointer.Implements(toText); {
		case own && !t.Implements(toJSON) && !t.Implements(toText):
			d.refused = true // whether encoding/json uses it depends on where the value is
		case own:
			p.write = writeOther
		}
		if written[t] != nil {
			p.write = writeOwn
		}
	}
	return p
}

func (d *draft) byKind(p *plan) {
	switch k := p.typ.Kind(); k {
	case reflect.String:
		p.read, p.write = readString, writeString
	case reflect.Bool:
		p.read, p.write = readBool, writeBool
	case reflect.Int, reflect.Int64:
		p.read, p.write = readInt64, writeInt64
	case reflect.Int8, reflect.Int16, reflect.Int32:
		p.read, p.write = readIntN, writeIntN
	case reflect.Float64:
		p.read, p.write = readFloat, writeFloat
	case reflect.Struct:
		p.read, p.write = readStruct, writeStruct
		d.fields(p)
	case reflect.Slice:
		d.list(p)
	case reflect.Map:
		d.mapping(p)
	case reflect.Pointer:
		p.read, p.write = readPointer, writePointer
		p.elem = d.plan(p.typ.Elem())
	case reflect.Interface:
		p.read, p.write = readOther, writeOther
		if p.typ == anyType {
			p.read, p.write = readAny, writeAny
		}
	default:
		p.read, p.write = readOther, writeOther
	}
}

func (d *draft) list(p *plan) {
	switch e := p.typ.Elem(); {
	case e.Kind() == reflect.Uint8:
		p.read, p.write = readOther, writeOther // base64
	default:
		p.read, p.write = readList, writeList
		p.elem, p.room = d.plan(e), int(roomNum.Add(1))
	}
}

func (d *draft) mapping(p *plan) {
	key, elem := p.typ.Key(), p.typ.Elem()
	if key.Kind() != reflect.String || reflect.PointerTo(key).Implements(fromText) || key.Implements(toText) {
		p.read, p.write = readOther, writeOther
		return
	}
	p.read, p.write = readMap, writeMap
	p.elem, p.room = d.plan(elem), int(roomNum.Add(1))
	if key == stringType && elem == stringType {
		p.read, p.write = readTexts, writeTexts
	}
	if key == stringType && elem == numberType {
		p.read = readNumbers
	}
	if key == stringType && elem == anyType {
		p.read = readAnys
	}
}
