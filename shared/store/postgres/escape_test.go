package postgres

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

func TestWhatJSONBCannotHoldIsEscapedAndTheRestIsNot(t *testing.T) {
	for data, want := range map[string]string{
		`{"a":"b"}`:                  `{"a":"b"}`,
		`{"a":"\u0000"}`:             `{"a":"` + mark + `0000"}`,
		`{"\u0000":"x\u0000"}`:       `{"` + mark + `0000":"x` + mark + `0000"}`,
		`{"a":"\\u0000"}`:            `{"a":"\\u0000"}`,
		`{"a":"\\\u0000"}`:           `{"a":"\\` + mark + `0000"}`,
		`{"a":"\ud83e\uddf5"}`:       `{"a":"\ud83e\uddf5"}`,
		`{"a":"\ud83e"}`:             `{"a":"` + mark + `d83e"}`,
		`{"a":"\uDDF5\uD83E"}`:       `{"a":"` + mark + `ddf5` + mark + `d83e"}`,
		`{"a":"\ud83e\ud83e\uddf5"}`: `{"a":"` + mark + `d83e\ud83e\uddf5"}`,
		`{"a":"` + mark + `0000"}`:   `{"a":"` + mark + `fdd00000"}`,
		`{"a":"\ufdd0\u2028"}`:       `{"a":"` + mark + `fdd0\u2028"}`,
	} {
		require.Equal(t, want, string(escaped([]byte(data))), data)
		require.Equal(t, plain(t, []byte(data)), plain(t, unescaped(escaped([]byte(data)))), data)
	}
}

// FuzzEscaped holds that any JSON comes back with its value, and that nothing else makes
// it fall over.
func FuzzEscaped(f *testing.F) {
	f.Add([]byte(`{"a":"\u0000\\u0000\ud83e\uddf5","` + mark + `":"\ud83e"}`))
	f.Add([]byte(`{"a":"\u00`))
	f.Add([]byte(`\`))
	f.Fuzz(func(t *testing.T, data []byte) {
		out := unescaped(escaped(data))
		if !json.Valid(data) {
			return
		}
		require.Equal(t, plain(t, data), plain(t, out), "%q", data)
	})
}

// plain is a JSON value with strings as they are spelt, so that half a surrogate pair
// is not taken for any other, and numbers as what they are worth.
func plain(t require.TestingT, data []byte) any {
	data = bytes.ReplaceAll(data, []byte(`\\`), []byte("\x1a"))
	data = bytes.ReplaceAll(data, []byte(`\u`), []byte("\x1b"))
	data = bytes.ReplaceAll(data, []byte("\x1bfdd0"), []byte(mark))
	data = bytes.ReplaceAll(data, []byte("\x1bFDD0"), []byte(mark))
	return strings.ToLower(string(data))
}

// anyJSON draws a value of so many levels at most.
func anyJSON(depth int) *rapid.Generator[any] {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("\x00\x01 a.\"\\/$_`ø🧵\u2028\u0301"+mark+"\U0010FFFF")), 0, 6, -1)
	number := rapid.OneOf(
		rapid.Map(rapid.Int64(), func(n int64) any { return json.Number(big.NewInt(n).String()) }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.SampledFrom([]any{json.Number("0.1"), json.Number("-0"), json.Number("1.0"), json.Number("1e400"), json.Number("1e-400"), json.Number("123456789012345678901234567890.123456789")}),
	)
	leaf := rapid.OneOf(rapid.SampledFrom([]any{nil, true, false}), number, rapid.Map(text, func(s string) any { return s }))
	if depth == 0 {
		return leaf
	}
	deeper := rapid.Deferred(func() *rapid.Generator[any] { return anyJSON(depth - 1) })
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(deeper, 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(text, deeper, 0, 3), func(m map[string]any) any { return m }))
}

func TestAnyObjectComesBackWithItsValue(t *testing.T) {
	db, err := Open(t.Context(), stores.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	key := store.Key{Collection: "profiles", ID: "any"}
	rapid.Check(t, func(rt *rapid.T) {
		data, err := json.Marshal(map[string]any{"is": anyJSON(4).Draw(rt, "value")})
		require.NoError(rt, err)
		require.NoError(rt, db.Commit(t.Context(), store.Write{Key: key, Version: store.Unchecked, Data: data}))
		found, err := db.Get(t.Context(), key)
		require.NoError(rt, err)
		require.Equal(rt, worth(rt, data), worth(rt, found[0].Data), "%s", found[0].Data)
	})
}

// worth decodes JSON, with each number as the fraction it is.
func worth(t require.TestingT, data []byte) any {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = walk(v[k])
			}
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case json.Number:
			n, ok := new(big.Rat).SetString(v.String())
			require.True(t, ok, v)
			return "number " + n.String()
		}
		return v
	}
	return walk(v)
}

func TestWhatIsBeyondJSONBIsInvalid(t *testing.T) {
	db, err := Open(t.Context(), stores.Postgres(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	key := store.Key{Collection: "profiles", ID: "beyond"}
	for name, data := range map[string]string{
		"a number of 200,000 digits": `{"n":1e200000}`,
		"lists 50,000 deep":          `{"n":` + strings.Repeat("[", 50_000) + strings.Repeat("]", 50_000) + `}`,
		"no JSON":                    `{"n":}`,
		"no UTF-8":                   "{\"n\":\"\xff\"}",
	} {
		t.Run(name, func(t *testing.T) {
			err := db.Commit(t.Context(), store.Write{Key: key, Version: store.Unchecked, Data: []byte(data)})
			require.ErrorIs(t, err, store.ErrInvalid)
		})
	}
	found, err := db.Get(t.Context(), key)
	require.NoError(t, err)
	require.False(t, found[0].Exists())
}
