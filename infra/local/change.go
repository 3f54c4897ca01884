package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"redthread.dev/events"
)

// change is one field of an event and its new value.
type change struct{ path, value string }

// changes are given as -set data.total.amount=500.
type changes []change

func (c *changes) String() string { return "" }

// Set reads one change.
func (c *changes) Set(text string) error {
	path, value, ok := strings.Cut(text, "=")
	if !ok || path == "" {
		return fmt.Errorf("expected field=value, e.g. data.total.amount=500")
	}
	*c = append(*c, change{path, value})
	return nil
}

// decode reads one event, a list of them, or one after the other, and changes them.
func decode(text []byte, set changes) ([]events.Event, error) {
	var found []events.Event
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		var value any
		err := d.Decode(&value)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("event %d: no JSON: %w", len(found)+1, err)
		}
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		for _, one := range list {
			e, err := changed(one, set)
			if err != nil {
				return nil, fmt.Errorf("event %d: %w", len(found)+1, err)
			}
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no event")
	}
	return found, nil
}

func changed(value any, set changes) (events.Event, error) {
	var e events.Event
	for _, c := range set {
		var err error
		if value, err = replace(value, strings.Split(c.path, "."), c.value); err != nil {
			return e, fmt.Errorf("-set %s: %w", c.path, err)
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, fmt.Errorf("not a CloudEvent: %w (send it as it is with -raw)", err)
	}
	return e, nil
}

// replace sets what a path leads to and returns the whole; objects on the way are
// made, lists may grow by one.
func replace(into any, path []string, text string) (any, error) {
	if len(path) == 0 {
		return parsed(text), nil
	}
	switch at := into.(type) {
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i > len(at) {
			return nil, fmt.Errorf("%q is no place in a list of %d", path[0], len(at))
		}
		if i == len(at) {
			at = append(at, nil)
		}
		at[i], err = replace(at[i], path[1:], text)
		return at, err
	case map[string]any:
		value, err := replace(at[path[0]], path[1:], text)
		at[path[0]] = value
		return at, err
	case nil:
		value, err := replace(nil, path[1:], text)
		return map[string]any{path[0]: value}, err
	}
	return nil, fmt.Errorf("%q is within %v, which is no object", path[0], into)
}

// parsed is a value as JSON, else as text.
func parsed(text string) any {
	var value any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil || d.More() {
		return text
	}
	return value
}
