package main

import (
	"encoding/json"
	"reflect"

	"redthread.dev/events"
)

func (b *builder) text(t reflect.Type, r rules) (object, error) {
	made := object{{"type", "string"}}
	if values := b.words.values[t.Name()]; len(values) > 0 {
		made.add("enum", values)
		return made, nil
	}
	if _, ok := r["maxLength"]; !ok {
		made.add("maxLength", maxString)
	}
	return r.onto(made, "minLength", "maxLength", "pattern")
}

func (b *builder) list(t reflect.Type, r rules) (object, error) {
	items, err := b.of(t.Elem(), r)
	if err != nil {
		return nil, err
	}
	made := object{{"type", "array"}, {"items", items}}
	if t.Elem() == reflect.TypeFor[events.Line]() {
		made.add("maxItems", maxLines)
	}
	return r.onto(made, "minItems", "maxItems")
}

// reference points at a def, which is made when it is first wanted.
func (b *builder) reference(name string, t reflect.Type) (object, error) {
	if _, ok := b.defs[name]; !ok {
		b.defs[name] = nil // it may refer to itself
		made, err := b.def(name, t)
		if err != nil {
			return nil, err
		}
		b.defs[name] = made
	}
	return object{{"$ref", "#/$defs/" + name}}, nil
}

func (b *builder) def(name string, t reflect.Type) (object, error) {
	made := object{{"description", described(b.words.types[t.Name()], t.Name())}}
	switch name {
	case "identifiers":
		return append(made, identifiers()...), nil
	case "traits":
		return append(made, traits()...), nil
	case "currency":
		return object{{"title", "ISO 4217 currency"}, {"type", "string"}, {"enum", events.Currencies()}}, nil
	}
	body, err := b.structure(t)
	if name == "price" {
		properties := body.get("properties").(object)
		amount := properties[0].value.(object)
		for i := range amount {
			if amount[i].name == "minimum" {
				amount[i].value = json.Number("0")
			}
		}
		amount[0].value = "The amount in minor units (øre, cents), 0 to 10^12; JPY and its like have none and count whole units."
	}
	return append(made, body...), err
}

func identifiers() object {
	return object{
		{"type", "object"}, {"maxProperties", maxIdentifiers},
		{"propertyNames", object{{"pattern", typeName}}},
		{"additionalProperties", object{{"type", "string"}, {"maxLength", maxString}}},
	}
}

func traits() object {
	return object{
		{"type", "object"}, {"maxProperties", maxTraits},
		{"propertyNames", object{{"pattern", "^.{1,100}$"}}},
		{"additionalProperties", object{
			{"type", []string{"string", "number", "boolean", "array"}}, {"maxLength", maxString},
			{"maxItems", maxTraits}, {"items", object{{"type", "string"}, {"maxLength", maxString}}},
		}},
	}
}
