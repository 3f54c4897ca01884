package schema

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestASchemaThatSaysMoreThanIsCheckedDoesNotCompile(t *testing.T) {
	for document, want := range map[string]string{
		`{"type": "object", "not": {}}`:                                     `read schema: json: unknown field "not"`,
		`{"type": "thing"}`:                                                 `unknown type "thing"`,
		`{"type": "string", "format": "email"}`:                             `unknown format "email"`,
		`{"type": "string", "pattern": "("}`:                                `missing closing )`,
		`{"properties": {"a": {"$ref": "#/$defs/b"}}}`:                      `a: $ref "#/$defs/b" leads nowhere`,
		`{"properties": {"a": {}}, "required": ["b"]}`:                      `required "b" is no property`,
		`{"properties": {"a": {}}, "anyOf": [{"required": []}]}`:            `anyOf: expected required in each choice`,
		`{"propertyNames": {"pattern": "["}}`:                               `missing closing ]`,
		`[]`:                                                                `read schema: json: cannot unmarshal array`,
		`{"$id": "x", "items": {"type": "array", "items": {"type": "no"}}}`: `compile schema x: unknown type "no"`,
		`{"properties": {` + manyProperties(65) + `}}`:                      `65 properties in one object, 64 at most`,
	} {
		_, err := Compile([]byte(document))
		require.ErrorContains(t, err, want, document)
	}
}

func manyProperties(n int) string {
	var all []string
	for i := range n {
		all = append(all, `"p`+string(rune('0'+i/10))+string(rune('0'+i%10))+`": {}`)
	}
	return strings.Join(all, ",")
}

func TestKeywordsBesideAReferenceAreKeptToo(t *testing.T) {
	s, err := Compile([]byte(`{"properties": {"a": {"$ref": "#/$defs/names", "minProperties": 1}, "b": {"$ref": "#/$defs/names"}}, "$defs": {"names": {"type": "object", "maxProperties": 2}}}`))
	require.NoError(t, err)
	now := time.Now()
	require.NoError(t, s.Check([]byte(`{"a": {"x": 1}, "b": {}}`), now))
	require.EqualError(t, s.Check([]byte(`{"a": {}}`), now), "/a: 0, expected at least 1 (minProperties)")
	require.EqualError(t, s.Check([]byte(`{"a": {"x": 1, "y": 2, "z": 3}}`), now), "/a: more than 2 (maxProperties)")
	require.EqualError(t, s.Check([]byte(`{"b": 5}`), now), "/b: 5, expected object (type)")
}

func TestPathsAreJSONPointers(t *testing.T) {
	s, err := Compile([]byte(`{"additionalProperties": {"items": {"type": "string"}}}`))
	require.NoError(t, err)
	require.EqualError(t, s.Check([]byte(`{"a/b~c": ["x", 1]}`), time.Now()), "/a~1b~0c/1: 1, expected string (type)")
	require.EqualError(t, s.Check([]byte(`{"": [1]}`), time.Now()), "//0: 1, expected string (type)")
	require.EqualError(t, s.Check([]byte(`{"`+strings.Repeat("ø", 100)+`": [1]}`), time.Now()), "/"+strings.Repeat("ø", 30)+"…/0: 1, expected string (type)")
}

func TestNumbersAreBoundedAsTheyAreWritten(t *testing.T) {
	s, err := Compile([]byte(`{"type": "number", "minimum": -1.5, "maximum": 2e3}`))
	require.NoError(t, err)
	for _, number := range []string{"-1.5", "0", "-0", "2000", "2e3", "1.999e+3", "0.1E-2"} {
		require.NoError(t, s.Check([]byte(number), time.Now()), number)
	}
	for number, want := range map[string]string{
		"-1.51": "-1.51 is less than -1.5 (minimum)", "2000.1": "2000.1 is more than 2000 (maximum)", "1e999": "1e999 is too large a number (type)",
		"01": "byte 1 of the JSON is '1', expected nothing more (syntax)", "1.": "JSON ends at byte 2, expected a digit (syntax)", "-": "JSON ends at byte 1, expected a digit (syntax)",
		"1e": "JSON ends at byte 2, expected a digit (syntax)", "+1": "byte 0 of the JSON is '+', expected a value (syntax)",
	} {
		require.EqualError(t, s.Check([]byte(number), time.Now()), want)
	}
}

// FuzzSyntax holds our reading of JSON against encoding/json's: what one takes the
// other takes, save for our own bounds.
func FuzzSyntax(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, -2.5e+10, true, false, null, "x\u00e6\n"], "b": {}}`, `[]`, `""`, ` 0 `, `{"a":1,}`, `[1 2]`, `"\x"`, `tru`, "\"\t\"", `{"a" 1}`, `{1:2}`, `"\ud800"`, "\x00", "1\x00",
	} {
		f.Add([]byte(seed))
	}
	anything, err := Compile([]byte(`{}`))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, data []byte) {
		err := anything.Check(data, time.Now())
		if err == nil {
			require.True(t, json.Valid(data), "we take what is no JSON: %q", data)
			require.True(t, utf8.Valid(data))
			return
		}
		if violation := err.(*Violation); violation.Rule == RuleSyntax {
			require.False(t, json.Valid(data), "we refuse JSON: %q: %v", data, err)
		}
	})
}
