package quick

import (
	"cmp"
	"reflect"
	"strings"
	"time"
	"unsafe"
)

// field is a member of an object.
type field struct {
	name   string
	head   string // what is written before its value: ,"name":
	offset uintptr
	plan   *plan
	omit   func(*plan, unsafe.Pointer) bool // whether the value is left out; nil: never
}

// mostFields is how many fit the set of those that were read.
const mostFields = 64

// fields lists a struct's fields as encoding/json knows them: those of embedded
// structs are its own.
func (d *draft) fields(p *plan) {
	if p.typ == timeType {
		return
	}
	d.walk(p, p.typ, 0)
	names := map[string]bool{}
	for _, f := range p.fields {
		names[f.name] = true
	}
	if len(names) < len(p.fields) || len(p.fields) > mostFields {
		d.refused = true
	}
}

func (d *draft) walk(p *plan, t reflect.Type, offset uintptr) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct && f.Type != timeType:
			d.walk(p, f.Type, offset+f.Offset)
			continue
		case f.Anonymous || !simple(name):
			d.refused = true
			return
		case !f.IsExported() || tag == "-":
			continue
		}
		name = cmp.Or(name, f.Name)
		one := field{name: name, head: `,"` + name + `":`, offset: offset + f.Offset, plan: d.plan(f.Type)}
		d.omission(&one, f.Type, options)
		p.fields = append(p.fields, one)
	}
}

// simple tells names that are written as they are.
func simple(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return r != '_' && r != '-' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// omission sets when the field is left out.
func (d *draft) omission(f *field, t reflect.Type, options string) {
	for _, option := range strings.Split(options, ",") {
		switch option {
		case "":
		case "omitempty":
			f.omit = either(f.omit, whenEmpty(t))
		case "omitzero":
			if k := t.Kind(); t.Implements(hasZero) && (k == reflect.Pointer || k == reflect.Interface) {
				d.refused = true
			}
			f.omit = either(f.omit, whenZero(t))
		default:
			d.refused = true
		}
	}
}

type omission = func(*plan, unsafe.Pointer) bool

func either(a, b omission) omission {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return func(p *plan, at unsafe.Pointer) bool { return a(p, at) || b(p, at) }
}

// whenEmpty is omitempty's rule for a type; nil: it never holds.
func whenEmpty(t reflect.Type) omission {
	switch t.Kind() {
	case reflect.String:
		return func(_ *plan, at unsafe.Pointer) bool { return *(*string)(at) == "" }
	case reflect.Slice:
		return func(_ *plan, at unsafe.Pointer) bool { return len(*(*[]byte)(at)) == 0 }
	case reflect.Map:
		return func(p *plan, at unsafe.Pointer) bool {
			return *(*unsafe.Pointer)(at) == nil || reflect.NewAt(p.typ, at).Elem().Len() == 0
		}
	case reflect.Struct:
		return nil
	case reflect.Array:
		if t.Len() > 0 {
			return nil
		}
	}
	return isZero
}

// whenZero is omitzero's rule for a type.
func whenZero(t reflect.Type) omission {
	switch {
	case t == timeType:
		return func(_ *plan, at unsafe.Pointer) bool { return (*time.Time)(at).IsZero() }
	case reflect.PointerTo(t).Implements(hasZero):
		return func(p *plan, at unsafe.Pointer) bool {
			return reflect.NewAt(p.typ, at).Interface().(interface{ IsZero() bool }).IsZero()
		}
	}
	return isZero
}

func isZero(p *plan, at unsafe.Pointer) bool {
	return empty(at, p.size) || reflect.NewAt(p.typ, at).Elem().IsZero()
}
