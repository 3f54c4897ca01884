package quick

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// plan is how values of one type are read.
type plan struct {
	read   func(*Reader, reflect.Value) error
	fields []field // of a struct, in their order
}

type field struct {
	name  string
	index []int
	plan  *plan
}

var (
	timeType = reflect.TypeFor[time.Time]()
	textType = reflect.TypeFor[Text]()
	fromJSON = reflect.TypeFor[json.Unmarshaler]()
	fromText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// planOf makes a type's plan, once.
func (r *Reader) planOf(t reflect.Type) (*plan, error) {
	if p := r.plans[t]; p != nil {
		return p, nil
	}
	p := &plan{}
	r.plans[t] = p // before its fields: a type may hold itself
	var err error
	switch {
	case r.special[t] != nil:
		p.read = special(r.special[t])
	case t == timeType:
		p.read = readTime
	case t == textType:
		p.read = readRaw
	case reflect.PointerTo(t).Implements(fromJSON), reflect.PointerTo(t).Implements(fromText):
		p.read = readOther
	default:
		err = r.byKind(p, t)
	}
	return p, err
}

func (r *Reader) byKind(p *plan, t reflect.Type) (err error) {
	switch t.Kind() {
	case reflect.String:
		p.read = readString
	case reflect.Bool:
		p.read = readBool
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		p.read = readInt
	case reflect.Struct:
		p.read = p.object
		p.fields, err = r.fieldsOf(t)
	case reflect.Slice:
		var element *plan
		if element, err = r.planOf(t.Elem()); err == nil {
			p.read = func(r *Reader, v reflect.Value) error { return r.list(v, element) }
		}
	default:
		p.read = readOther
	}
	return err
}

// fieldsOf lists a struct's fields as encoding/json knows them: those of embedded
// structs are its own.
func (r *Reader) fieldsOf(t reflect.Type) (all []field, err error) {
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" || !f.IsExported() || tag == "-" {
			continue
		}
		if strings.Contains(options, "string") || len(f.Index) > 2 {
			return nil, ErrUnusual
		}
		if name == "" {
			name = f.Name
		}
		p, err := r.planOf(f.Type)
		if err != nil {
			return nil, err
		}
		all = append(all, field{name, f.Index, p})
	}
	names := map[string]bool{}
	for _, f := range all {
		names[f.name] = true
	}
	if len(all) > 64 || len(names) < len(all) {
		return nil, ErrUnusual
	}
	return all, nil
}

// object reads a struct. Its keys most often come in the order of the fields, so that
// the search for one begins after the last.
func (p *plan) object(r *Reader, v reflect.Value) error {
	var seen uint64
	next := 0
	return r.members(func(key string) error {
		i := p.find(key, next)
		if i < 0 {
			if p.resembles(key) {
				return ErrUnusual
			}
			_, err := r.skip()
			return err
		}
		if seen&(1<<i) != 0 || r.peek() == 'n' {
			return ErrUnusual
		}
		seen, next = seen|1<<i, i+1
		f := &p.fields[i]
		to := v.Field(f.index[0])
		if len(f.index) == 2 {
			to = to.Field(f.index[1])
		}
		return f.plan.read(r, to)
	})
}

func (p *plan) find(key string, from int) int {
	for i := from; i < len(p.fields); i++ {
		if p.fields[i].name == key {
			return i
		}
	}
	for i := range min(from, len(p.fields)) {
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
