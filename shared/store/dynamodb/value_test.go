package dynamodb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"redthread.dev/shared/store"
)

// anyJSON draws any JSON value, numbers spelled in all ways.
func anyJSON(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		text := func(label string) string {
			s := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "$json", "a.b", "__x__", "👩‍👩‍👧 🧵", "rød", "\u2028", "2026-03-29T01:30:00.123456789+01:00"})).Draw(t, label)
			quoted, _ := json.Marshal(s)
			return string(quoted)
		}
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth == 0 {
			kind %= 5
		}
		switch kind {
		case 0:
			return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
		case 1:
			return fmt.Sprint(rapid.Int64().Draw(t, "integer"))
		case 2:
			return rapid.StringMatching(`-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
		case 5:
			items := rapid.SliceOfN(anyJSON(depth-1), 0, 4).Draw(t, "list")
			return "[" + strings.Join(items, ",") + "]"
		case 6:
			return members(t, text, depth)
		}
		return text("string")
	})
}

func members(t *rapid.T, text func(string) string, depth int) string {
	var all []string
	names := rapid.SliceOfNDistinct(rapid.Custom(func(*rapid.T) string { return text("name") }), 0, 4, rapid.ID).Draw(t, "names")
	for _, name := range names {
		all = append(all, name+":"+anyJSON(depth-1).Draw(t, "member"))
	}
	return "{" + strings.Join(all, ",") + "}"
}

func anyObject() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return `{"first":` + anyJSON(4).Draw(t, "first") + `,"second":` + anyJSON(4).Draw(t, "second") + `}`
	})
}

// worth is a JSON value with numbers as what they are worth.
func worth(t require.TestingT, data []byte) any {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), "%s", data)
	var plain func(v any) any
	plain = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for name := range v {
				v[name] = plain(v[name])
			}
		case []any:
			for i := range v {
				v[i] = plain(v[i])
			}
		case json.Number:
			n, ok := new(big.Rat).SetString(v.String())
			require.True(t, ok, "%s", v)
			return "number " + n.String()
		}
		return v
	}
	return plain(v)
}

func TestAnyObjectComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := []byte(anyObject().Draw(t, "object"))
		v, err := encode(data)
		require.NoError(t, err)
		back, err := decode(v)
		require.NoError(t, err)
		require.Equal(t, worth(t, data), worth(t, back))
	})
}

func TestAnyObjectComesBackFromTheEmulator(t *testing.T) {
	db := opened(t, somewhere(t))
	var writes []store.Write
	var keys []store.Key
	for i := range 60 {
		keys = append(keys, profile(fmt.Sprint(i)))
		writes = append(writes, store.Write{Key: keys[i], Data: []byte(anyObject().Example(i))})
	}
	require.NoError(t, db.Commit(t.Context(), writes...))
	found, err := db.Get(t.Context(), keys...)
	require.NoError(t, err)
	for i, d := range found {
		require.Equal(t, worth(t, writes[i].Data), worth(t, d.Data))
	}
}

func TestNumbersAreNativeWhenDynamoDBKeepsThemExactly(t *testing.T) {
	digits := strings.Repeat("1234567890", 4)
	for literal, want := range map[string]string{
		"0": "0", "-0": "0", "0.000": "0", "0e999999999": "0", "1": "1", "-9223372036854775808": "-9223372036854775808",
		"9007199254740993": "9007199254740993", "0.1": "0.1", "1e-7": "1e-7", "1E+2": "1E+2", "12.50": "12.50",
		digits[:38]: digits[:38], digits[:39]: "", "0." + digits[:38]: "1.23456789012345678901234567890123456780E-1",
		"1e125": "1e125", "1e126": "", "9.99e125": "9.99e125", "1e-125": "1e-125", "1e-126": "", "1e99999999999999999999": "",
		"1" + strings.Repeat("0", 60): "1.0E60", "-0." + strings.Repeat("0", 60) + "5": "-5.0E-61",
	} {
		got, ok := number(literal)
		require.Equal(t, want != "", ok, literal)
		require.Equal(t, want, got, literal)
		if ok && !strings.Contains(literal, "999") {
			require.Equal(t, worth(t, []byte(literal)), worth(t, []byte(got)))
		}
	}
}

func TestWhatHasNoNativeTypeIsReadable(t *testing.T) {
	v, err := encode([]byte(`{"n":1,"huge":1e400,"":{"a":1},"list":[[{"$json":"x"}]]}`))
	require.NoError(t, err)
	require.Equal(t, `{"":{"a":1},"huge":1e400,"list":[[{"$json":"x"}]],"n":1}`, v.(*types.AttributeValueMemberM).Value[foreign].(*types.AttributeValueMemberS).Value)
	v, err = encode([]byte(`{"n":1,"huge":1e400,"list":[[{"$json":"x"}]]}`))
	require.NoError(t, err)
	m := v.(*types.AttributeValueMemberM).Value
	require.Equal(t, &types.AttributeValueMemberN{Value: "1"}, m["n"])
	require.Equal(t, map[string]value{"$json": text("1e400")}, m["huge"].(*types.AttributeValueMemberM).Value)
	inner := m["list"].(*types.AttributeValueMemberL).Value[0].(*types.AttributeValueMemberL).Value[0]
	require.Equal(t, map[string]value{"$json": text(`{"$json":"x"}`)}, inner.(*types.AttributeValueMemberM).Value)
}

// DynamoDB nests 32 levels deep:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
func TestDeeplyNestedDataStaysWithinWhatDynamoDBTakes(t *testing.T) {
	var depth func(v value) int
	depth = func(v value) int {
		deep := 0
		switch v := v.(type) {
		case *types.AttributeValueMemberM:
			for _, inner := range v.Value {
				deep = max(deep, depth(inner))
			}
		case *types.AttributeValueMemberL:
			for _, inner := range v.Value {
				deep = max(deep, depth(inner))
			}
		default:
			return 0
		}
		return deep + 1
	}
	for _, levels := range []int{5, 29, 30, 31, 500} {
		data := []byte(strings.Repeat(`{"a":[`, levels) + `1` + strings.Repeat(`]}`, levels))
		v, err := encode(data)
		require.NoError(t, err)
		require.LessOrEqual(t, depth(v), 31)
		back, err := decode(v)
		require.NoError(t, err)
		require.JSONEq(t, string(data), string(back))
	}
}

func TestDataThatIsNoJSONIsRefused(t *testing.T) {
	db := opened(t, "dynamodb://eu-west-1/nobody?create=true")
	for _, data := range []string{`{a}`, `{"a":}`, `{} {}`, `{"a":1}}`, `{"a":01}`} {
		err := db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(data)})
		require.ErrorIs(t, err, store.ErrInvalid, data)
		require.ErrorContains(t, err, "profiles/a")
	}
}

func FuzzDataComesBack(f *testing.F) {
	f.Add([]byte(`{"a":[1,"",null,{"$json":"x"}],"":1e999}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := encode(data)
		if err != nil || bytes.Contains(data, []byte("e")) || bytes.Contains(data, []byte("E")) {
			return // exponents make numbers that are too long to compare
		}
		back, err := decode(v)
		require.NoError(t, err)
		require.Equal(t, worth(t, data), worth(t, back))
	})
}
