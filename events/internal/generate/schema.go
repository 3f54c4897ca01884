package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"redthread.dev/events"
)

// Limits of EVENTS that hold wherever a field's own tag says nothing else.
const (
	maxString      = 8192
	maxLines       = 500
	maxIdentifiers = 20
	maxTraits      = 100
)

const (
	dialect  = "https://json-schema.org/draft/2020-12/schema"
	schemaAt = "https://redthread.dev/events/schemas/"
	typeName = "^[a-z][a-z0-9_]{0,39}$"
)

// builder makes one schema document; the parts that other types share are its defs.
type builder struct {
	words *source
	defs  map[string]object
}

// document is the JSON Schema of a data type.
func (b *builder) document(t reflect.Type, name string, example json.RawMessage) (object, error) {
	body, err := b.structure(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name(), err)
	}
	doc := object{{"$schema", dialect}, {"$id", schemaAt + name + ".json"}, {"title", name}, {"description", described(b.words.types[t.Name()], t.Name())}}
	doc = append(doc, body...)
	if example != nil {
		doc.add("examples", []json.RawMessage{example})
	}
	if len(b.defs) > 0 {
		var defs object
		for _, name := range slices.Sorted(maps.Keys(b.defs)) {
			defs.add(name, b.defs[name])
		}
		doc.add("$defs", defs)
	}
	return doc, nil
}

// structure is the object that a struct is in JSON, embedded fields included.
func (b *builder) structure(t reflect.Type) (object, error) {
	var properties object
	required := []string{}
	whole := rules{}
	for _, field := range reflect.VisibleFields(t) {
		if field.Anonymous {
			whole = rulesOf(field)
			continue
		}
		name, optional := jsonName(field)
		if !optional || slices.Contains(strings.Fields(whole["require"]), name) {
			required = append(required, name)
		}
		owner := t
		if len(field.Index) > 1 {
			owner = t.Field(field.Index[0]).Type
		}
		property, err := b.field(owner, field, slices.Contains(required, name))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", field.Name, err)
		}
		properties.add(name, property)
	}
	return whole.object(properties, required), nil
}

func (r rules) object(properties object, required []string) object {
	made := object{{"type", "object"}, {"properties", properties}}
	if len(required) > 0 {
		made.add("required", required)
	}
	if names := strings.Fields(r["anyof"]); len(names) > 0 {
		var choices []object
		for _, name := range names {
			choices = append(choices, object{{"required", []string{name}}})
		}
		made.add("anyOf", choices)
	}
	return made
}

// field is the schema of one field: what it is for, and what it may be.
func (b *builder) field(owner reflect.Type, field reflect.StructField, required bool) (object, error) {
	r := rulesOf(field)
	made := object{{"description", b.words.fields[owner.Name()][field.Name]}}
	body, err := b.of(field.Type, r)
	if err != nil {
		return nil, err
	}
	made = append(made, body...)
	if field.Type == reflect.TypeFor[events.Identifiers]() && required {
		made.add("minProperties", 1)
	}
	if text, ok := r["example"]; ok {
		made.add("examples", []any{example(field.Type, text)})
	}
	return made, nil
}

func example(t reflect.Type, text string) any {
	switch t.Kind() {
	case reflect.Slice:
		return []any{example(t.Elem(), text)}
	case reflect.String:
		return text
	}
	return json.Number(text)
}

// of is the schema of a Go type under the rules of the field it is in.
func (b *builder) of(t reflect.Type, r rules) (object, error) {
	switch {
	case r["def"] != "":
		return b.reference(r["def"], t)
	case t == reflect.TypeFor[time.Time]():
		return r.onto(object{{"type", "string"}, {"format", "date-time"}}, "when")
	case t == reflect.TypeFor[events.Date]():
		return r.onto(object{{"type", "string"}, {"format", "date"}}, "when")
	case t == reflect.TypeFor[events.Identifiers](), t == reflect.TypeFor[events.Traits](), t.Kind() == reflect.Struct:
		return b.reference(strings.ToLower(t.Name()), t)
	}
	return b.basic(t, r)
}

func (b *builder) basic(t reflect.Type, r rules) (object, error) {
	switch t.Kind() {
	case reflect.Bool:
		return object{{"type", "boolean"}}, nil
	case reflect.Int, reflect.Int64:
		if r["minimum"] == "" || r["maximum"] == "" {
			return nil, errors.New("an integer needs minimum and maximum, or it overflows")
		}
		return r.onto(object{{"type", "integer"}}, "minimum", "maximum")
	case reflect.Float64:
		return r.onto(object{{"type", "number"}}, "minimum", "maximum")
	case reflect.String:
		return b.text(t, r)
	case reflect.Slice:
		return b.list(t, r)
	case reflect.Map:
		values, err := b.of(t.Elem(), r)
		if err != nil {
			return nil, err
		}
		return r.onto(object{{"type", "object"}, {"additionalProperties", values}}, "maxProperties")
	}
	return nil, fmt.Errorf("no schema for %s", t)
}
