package events

import (
	"embed"
	"fmt"
	"sync"

	"redthread.dev/events/internal/schema"
)

//go:embed schemas/*.json
var schemaFiles embed.FS

//go:embed samples/*.json
var sampleFiles embed.FS

// compiled are the types' schemas, each compiled when the first event of its type
// comes: a function that sees three types does not wait for forty.
var (
	compiled        = lazily(types)
	compiledForeign = sync.OnceValue(func() *schema.Schema { return mustCompile("foreign") })
)

func lazily(types []string) map[string]func() *schema.Schema {
	all := make(map[string]func() *schema.Schema, len(types))
	for _, t := range types {
		all[t] = sync.OnceValue(func() *schema.Schema { return mustCompile(Short(t)) })
	}
	return all
}

// mustCompile panics on a schema that cannot be compiled, which a test rules out.
func mustCompile(name string) *schema.Schema {
	text, err := schemaFiles.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(err)
	}
	s, err := schema.Compile(text)
	if err != nil {
		panic(err)
	}
	return s
}

// JSONSchema returns the JSON Schema 2020-12 of a type's data. It returns
// ErrUnknownType when the vocabulary has no such type.
func JSONSchema(eventType string) ([]byte, error) {
	if !Known(eventType) {
		return nil, fmt.Errorf("JSON Schema: %w %q", ErrUnknownType, eventType)
	}
	return schemaFiles.ReadFile("schemas/" + Short(eventType) + ".json")
}

// Samples returns the names of the samples, one a type, in the order of Types:
// basket.updated.v1 and so on.
func Samples() []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = Short(t)
	}
	return names
}

// Sample returns a sample event in structured mode, to be posted with content type
// application/cloudevents+json. Name is a type, in full or as Short tells it. It
// returns ErrUnknownType when there is none by that name.
func Sample(name string) ([]byte, error) {
	text, err := sampleFiles.ReadFile("samples/" + Short(name) + ".json")
	if err != nil {
		return nil, fmt.Errorf("sample: %w %q", ErrUnknownType, name)
	}
	return text, nil
}
