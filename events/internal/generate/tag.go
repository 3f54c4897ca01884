package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// rules are the parts of a field's jsonschema tag: keyword=value, …; a comma within
// a value is written \,.
type rules map[string]string

func rulesOf(field reflect.StructField) rules {
	found := rules{}
	text := strings.ReplaceAll(field.Tag.Get("jsonschema"), `\,`, "\x00")
	for part := range strings.SplitSeq(text, ",") {
		if name, value, ok := strings.Cut(part, "="); ok {
			found[name] = strings.ReplaceAll(value, "\x00", ",")
		}
	}
	return found
}

// onto adds those of the named rules that are set, in the given order.
func (r rules) onto(made object, names ...string) (object, error) {
	for _, name := range names {
		text, ok := r[name]
		if !ok {
			continue
		}
		switch name {
		case "pattern":
			made.add(name, text)
		case "when":
			made.add("x-when", text)
		default:
			if _, err := strconv.ParseFloat(text, 64); err != nil {
				return nil, fmt.Errorf("%s=%s: expected a number", name, text)
			}
			made.add(name, json.Number(text))
		}
	}
	return made, nil
}

// jsonName is the name a field has in JSON, and whether it may be missing.
func jsonName(field reflect.StructField) (name string, optional bool) {
	name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name, strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
}
