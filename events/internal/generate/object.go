package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// object is a JSON object whose members keep the order they were added in.
type object []member

type member struct {
	name  string
	value any
}

func (o *object) add(name string, value any) { *o = append(*o, member{name, value}) }

func (o object) get(name string) any {
	if i := slices.IndexFunc(o, func(m member) bool { return m.name == name }); i >= 0 {
		return o[i].value
	}
	return nil
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		name, value, err := m.encode()
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func (m member) encode() (name, value []byte, err error) {
	if name, err = json.Marshal(m.name); err != nil {
		return nil, nil, err
	}
	value, err = compact(m.value)
	return name, value, err
}

// compact writes JSON as people read it, < and & as they are.
func compact(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSpace(out.Bytes()), err
}

// pretty writes JSON indented, with lists of strings on one line.
func pretty(value any) ([]byte, error) {
	text, err := compact(value)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return listOfStrings.ReplaceAllFunc(out.Bytes(), func(list []byte) []byte {
		return []byte(strings.Join(strings.Fields(string(list)), " "))
	}), nil
}

// listOfStrings matches an indented list of strings without white space in them.
var listOfStrings = regexp.MustCompile(`\[\n(\s+"[^"\s]*",?\n)+\s+\]`)
