package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"redthread.dev/events"
)

// vocabulary is all that is known of the types while their files are made.
type vocabulary struct {
	words   *source
	samples map[string]made
	schemas map[string]object
}

// addSchemas makes schemas/<noun>.<verb>.v1.json for every type, and foreign.json.
func (v *vocabulary) addSchemas(files map[string][]byte) error {
	for _, t := range events.Types() {
		name := events.Short(t)
		if err := v.addSchema(files, dataType(t), name, v.samples[name].data); err != nil {
			return err
		}
	}
	return v.addSchema(files, reflect.TypeFor[events.Foreign](), "foreign", nil)
}

func (v *vocabulary) addSchema(files map[string][]byte, t reflect.Type, name string, example json.RawMessage) error {
	b := builder{words: v.words, defs: map[string]object{}}
	document, err := b.document(t, name, example)
	if err != nil {
		return fmt.Errorf("schema of %w", err)
	}
	v.schemas[name] = document
	files["schemas/"+name+".json"], err = pretty(document)
	return err
}

// addSamples makes samples/<noun>.<verb>.v1.json for every type.
func (v *vocabulary) addSamples(files map[string][]byte) error {
	for name, sample := range v.samples {
		structured, err := v.structured(sample.event)
		if err != nil {
			return fmt.Errorf("sample %s: %w", name, err)
		}
		files["samples/"+name+".json"] = structured
	}
	return nil
}

func (v *vocabulary) structured(e events.Event) ([]byte, error) {
	text, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Indent(&out, text, "", "  ")
	out.WriteByte('\n')
	return out.Bytes(), err
}

// dataType is the struct of a type of the vocabulary.
func dataType(eventType string) reflect.Type {
	var e events.Event
	e.SetSpecVersion(events.SpecVersion)
	e.SetType(eventType)
	e.DataEncoded = []byte("{}")
	data, err := events.Parse(e)
	if err != nil {
		panic(err) // Types and Parse read the same registry
	}
	return reflect.TypeOf(data).Elem()
}

// described turns a Go comment into a description for people who do not read Go:
// without the type's name at its head.
func described(comment, name string) string {
	text := strings.TrimPrefix(comment, name+" ")
	for _, verb := range []string{"says that ", "is ", "are "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			text = rest
			break
		}
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
