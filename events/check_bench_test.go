package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

func BenchmarkCheck(b *testing.B) {
	e := sample(b, "basket.updated.v1")
	now := time.Now()
	b.SetBytes(int64(len(e.DataEncoded)))
	for b.Loop() {
		if err := events.Check(e, now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	e := sample(b, "basket.updated.v1")
	for b.Loop() {
		if _, err := events.Decode[events.BasketUpdated](e); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCheckByLibrary is what the same would cost with a general validator, which
// wants the data as maps.
func BenchmarkCheckByLibrary(b *testing.B) {
	e := sample(b, "basket.updated.v1")
	s := library(b, e.Type())
	for b.Loop() {
		var data any
		if err := json.Unmarshal(e.DataEncoded, &data); err != nil {
			b.Fatal(err)
		}
		if err := s.Validate(data); err != nil {
			b.Fatal(err)
		}
	}
}

// library compiles a type's schema with the validator that ours is held against.
func library(t testing.TB, eventType string) *jsonschema.Schema {
	text, err := events.JSONSchema(eventType)
	require.NoError(t, err)
	var document any
	require.NoError(t, json.Unmarshal(text, &document))
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", document))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

func sample(t testing.TB, name string) events.Event {
	text, err := events.Sample(name)
	require.NoError(t, err)
	var e events.Event
	require.NoError(t, json.Unmarshal(text, &e))
	return e
}
