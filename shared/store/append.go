package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// AppendObject writes the fields of a driver's native map as a JSON object, in the order
// of their names: member is what a field is called in JSON, value writes what it holds.
// Its errors are told with the field's name.
func AppendObject[V any](to []byte, fields map[string]V, member func(field string) string, value func([]byte, V) ([]byte, error)) (_ []byte, err error) {
	to = append(to, '{')
	for i, name := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			to = append(to, ',')
		}
		to = append(AppendText(to, member(name)), ':')
		if to, err = value(to, fields[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return append(to, '}'), nil
}

// AppendList writes a driver's native list as a JSON array, each element by value.
func AppendList[V any](to []byte, list []V, value func([]byte, V) ([]byte, error)) (_ []byte, err error) {
	to = append(to, '[')
	for i, v := range list {
		if i > 0 {
			to = append(to, ',')
		}
		if to, err = value(to, v); err != nil {
			return nil, err
		}
	}
	return append(to, ']'), nil
}

// AppendText writes a JSON string; most need no escapes.
func AppendText(to []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
			quoted, _ := json.Marshal(s) // a string never fails
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), s...), '"')
}

// AppendJSON writes what is JSON already, as FormatValue has written it. It returns an
// error if it is none any more.
func AppendJSON(to []byte, text string) ([]byte, error) {
	if !json.Valid([]byte(text)) {
		return nil, errors.New("its text is not JSON")
	}
	return append(to, text...), nil
}
