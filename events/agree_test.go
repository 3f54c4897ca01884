package events_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// What is put in every place of every sample, one at a time.
var wrong = []string{
	`null`, `true`, `"x"`, `""`, `{}`, `[]`, `["x"]`, `[1]`, `0`, `-1`, `1.5`, `1e3`, `6`, `11`, `1e13`, `-1e13`, `1000000000001`, `99999999999999999999`,
	`"DKK"`, `"KRR"`, `"2026-03-11"`, `"2026-02-30"`, `"2026-03-11T10:00:00Z"`, `"2026-03-11 10:00"`, `"1999-01-01"`, `"3000-01-01T00:00:00Z"`, `"ftp://x"`,
	`{"UPPER":"x"}`, `{"a":"x","b":5}`, `{"amount":-5,"currency":"DKK"}`, `[{"sku":"S","quantity":1,"price":{"amount":1,"currency":"DKK"}}]`,
	`"` + strings.Repeat("x", 8193) + `"`, `"` + strings.Repeat("x", 65537) + `"`,
	`[` + strings.Repeat(`"x",`, 500) + `"x"]`, `{` + identifiers(21) + `}`, `{` + identifiers(101) + `}`,
}

// Rules that a JSON Schema cannot tell, so that a general validator lets them pass.
var beyond = []string{"when", "spelling", "duplicate", "encoding", "depth", "syntax"}

// TestChecksAgreeWithTheJSONSchemas spoils every sample in every place in many ways,
// and holds our verdict against that of a general JSON Schema validator.
func TestChecksAgreeWithTheJSONSchemas(t *testing.T) {
	passed, refused := 0, 0
	for _, name := range events.Samples() {
		e := sample(t, name)
		theirs := library(t, e.Type())
		for data := range spoilt(t, e.DataEncoded) {
			e.DataEncoded = []byte(data)
			var value any
			require.NoError(t, json.Unmarshal(e.DataEncoded, &value))
			theirVerdict, ours := theirs.Validate(value), events.Check(e, now)
			if ours == nil {
				passed++
				require.NoError(t, theirVerdict, "only we let pass %s %.300s", name, data)
				_, err := events.Parse(e)
				require.NoError(t, err, "what passes is decoded: %s %.300s", name, data)
				continue
			}
			refused++
			if theirVerdict == nil {
				requireBeyond(t, ours, name, data)
			}
		}
	}
	t.Logf("%d spoilt events pass, %d are refused, by both", passed, refused)
	require.Greater(t, passed, 1000)
	require.Greater(t, refused, 5000)
}

// requireBeyond fails unless ours is a rule that goes beyond JSON Schema: one of those
// named, or that Go reads an integer only when it is written as one.
func requireBeyond(t *testing.T, ours error, name, data string) {
	t.Helper()
	var v *events.Violation
	require.True(t, errors.As(ours, &v))
	if v.Rule == "type" && strings.HasSuffix(v.Detail, "expected integer") {
		return
	}
	require.Contains(t, beyond, v.Rule, "only we refuse %s %.300s: %v", name, data, ours)
}

// spoilt are all variants of data with one place left out, replaced, or added to.
func spoilt(t *testing.T, data []byte) map[string]struct{} {
	all := map[string]struct{}{}
	var root any
	require.NoError(t, json.Unmarshal(data, &root))
	keep := func() {
		text, err := json.Marshal(root)
		require.NoError(t, err)
		all[string(text)] = struct{}{}
	}
	keep()
	spoil(root, keep, func(any) {})
	return all
}

// spoil changes value in place in every way and calls keep for each; set replaces
// value itself in what holds it.
func spoil(value any, keep func(), set func(any)) {
	for _, text := range wrong {
		set(json.RawMessage(text))
		keep()
	}
	set(value)
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			child := value[name]
			delete(value, name)
			keep()
			value[strings.ToUpper(name)] = child
			keep()
			delete(value, strings.ToUpper(name))
			spoil(child, keep, func(v any) { value[name] = v })
			value[name] = child
		}
		value["a_field_of_the_shops_own"] = json.RawMessage(`{"deep":[1,2,null]}`)
		keep()
		delete(value, "a_field_of_the_shops_own")
	case []any:
		for i, child := range value {
			spoil(child, keep, func(v any) { value[i] = v })
			value[i] = child
		}
	}
}
