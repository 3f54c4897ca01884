package firestore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	pb "cloud.google.com/go/firestore/apiv1/firestorepb"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// back is a JSON object as it comes back from the native one, and that.
func back(t require.TestingT, data string) (string, *pb.Value) {
	v, err := native([]byte(data))
	require.NoError(t, err, "%s", data)
	written, err := appendJSON(nil, v)
	require.NoError(t, err)
	return string(written), v
}

func TestValuesAreNativeWhereFirestoreHasThem(t *testing.T) {
	for data, want := range map[string]string{
		`{"a":1}`: `map{"a":int 1}`,
		`{"a":-9223372036854775808,"b":9223372036854775807}`:        `map{"a":int -9223372036854775808,"b":int 9223372036854775807}`,
		`{"a":1.5,"b":1e-7,"c":1.0,"d":-0.0}`:                       `map{"a":double 1.5,"b":double 1e-07,"c":double 1,"d":double -0}`,
		`{"a":9223372036854775808}`:                                 `map{"a":map{"%number":"9223372036854775808"}}`,
		`{"a":0.10000000000000000001}`:                              `map{"a":map{"%number":"0.10000000000000000001"}}`,
		`{"a":1e400,"b":1e-400}`:                                    `map{"a":map{"%number":"1e400"},"b":map{"%number":"1e-400"}}`,
		`{"a":1e999999999999999999999}`:                             `map{"a":map{"%number":"1e999999999999999999999"}}`,
		`{"a":100000000000000000000}`:                               `map{"a":double 1e+20}`,
		`{"a":[1,[2,[]],[]]}`:                                       `map{"a":[int 1,map{"%list":[int 2,map{"%list":[]}]},map{"%list":[]}]}`,
		`{"a":[{"b":[1]}]}`:                                         `map{"a":[map{"b":[int 1]}]}`,
		`{"":1,"__x__":2,"____":3,"___":4,"%":5,"%list":6,"a.b":7}`: `map{"%":int 1,"%25":int 5,"%25list":int 6,"%5F___":int 3,"%5F_x__":int 2,"___":int 4,"a.b":int 7}`,
		`{"a":{"%list":[1]},"b":{"%25":"c"}}`:                       `map{"a":map{"%25list":[int 1]},"b":map{"%2525":"c"}}`,
		`{"a":null,"b":true,"c":"","d":{},"e":[]}`:                  `map{"a":null,"b":true,"c":"","d":map{},"e":[]}`,
		`{"a":{"` + strings.Repeat("k", 1501) + `":[1]}}`:           `map{"a":map{"%json":"{\"` + strings.Repeat("k", 1501) + `\":[1]}"}}`,
	} {
		got, v := back(t, data)
		require.Equal(t, want, described(v), "%s", data)
		require.Equal(t, worth(t, data), worth(t, got))
	}
}

// described writes a native value so that one sees its types.
func described(v *pb.Value) string {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		fields := v.MapValue.GetFields()
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			parts = append(parts, fmt.Sprintf("%q:%s", name, described(fields[name])))
		}
		return "map{" + strings.Join(parts, ",") + "}"
	case *pb.Value_ArrayValue:
		var parts []string
		for _, element := range v.ArrayValue.GetValues() {
			parts = append(parts, described(element))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *pb.Value_IntegerValue:
		return fmt.Sprint("int ", v.IntegerValue)
	case *pb.Value_DoubleValue:
		return fmt.Sprint("double ", v.DoubleValue)
	case *pb.Value_StringValue:
		return fmt.Sprintf("%q", v.StringValue)
	case *pb.Value_BooleanValue:
		return fmt.Sprint(v.BooleanValue)
	}
	return "null"
}

// worth is a JSON text as what it is worth: numbers exactly, but for those that are too
// long to be written out.
func worth(t require.TestingT, data string) any {
	d := json.NewDecoder(strings.NewReader(data))
	d.UseNumber()
	var object map[string]any
	require.NoError(t, d.Decode(&object), "%s", data)
	return valued(object)
}

func valued(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = valued(v[name])
		}
	case []any:
		for i := range v {
			v[i] = valued(v[i])
		}
	case json.Number:
		_, power, _ := strings.Cut(strings.ToLower(string(v)), "e")
		if n, err := strconv.Atoi(power); power == "" || err == nil && max(n, -n) < 5000 {
			n, _ := new(big.Rat).SetString(string(v))
			return n.String()
		}
	}
	return v
}

func TestAnyObjectComesBackAndFitsFirestore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data, err := json.Marshal(object(7).Draw(t, "object"))
		require.NoError(t, err)
		got, v := back(t, string(data))
		require.Equal(t, worth(t, string(data)), worth(t, got))
		fits(t, v, 1)
	})
}

func TestObjectsOfAnyDepthComeBackAndFitFirestore(t *testing.T) {
	for _, n := range []int{16, 17, 18, 19, 20, 40, 400} {
		for _, open := range []string{`{"a":`, `[`} {
			shut := map[string]string{`{"a":`: "}", "[": "]"}[open]
			data := `{"a":` + strings.Repeat(open, n) + `{"b":[[1]]}` + strings.Repeat(shut, n) + `}`
			got, v := back(t, data)
			require.JSONEq(t, data, got)
			fits(t, v, 1)
		}
	}
}

// fits holds a value to what Firestore takes.
func fits(t require.TestingT, v *pb.Value, depth int) {
	switch v := v.GetValueType().(type) {
	case *pb.Value_MapValue:
		require.LessOrEqual(t, depth, 20)
		for name, inner := range v.MapValue.GetFields() {
			require.NotEmpty(t, name)
			require.LessOrEqual(t, len(name), maxName)
			require.False(t, reserved(name), "%q", name)
			fits(t, inner, depth+1)
		}
	case *pb.Value_ArrayValue:
		require.LessOrEqual(t, depth, 20)
		for _, inner := range v.ArrayValue.GetValues() {
			require.Nil(t, inner.GetArrayValue(), "a list in a list")
			fits(t, inner, depth+1)
		}
	}
}

func object(depth int) *rapid.Generator[map[string]any] {
	names := rapid.OneOf(rapid.SampledFrom([]string{"", "%", "%list", "%number", "%json", "%25", "__a__", "____", "a.b", "a"}), rapid.String())
	return rapid.MapOfN(names, anything(depth), 0, 4)
}

func anything(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
		rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,25})?([eE][+-]?[0-9]{1,3})?`), func(s string) any { return json.Number(s) }),
	}
	if depth > 0 {
		kinds = append(kinds, rapid.Map(rapid.Deferred(func() *rapid.Generator[map[string]any] { return object(depth - 1) }), func(m map[string]any) any { return m }),
			rapid.Map(rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[any] { return anything(depth - 1) }), 0, 4), func(l []any) any { return l }))
	}
	return rapid.OneOf(kinds...)
}

func TestWhatSomebodyElseWroteIsNamed(t *testing.T) {
	_, err := appendJSON(nil, mapOf(map[string]*pb.Value{"a": mapOf(map[string]*pb.Value{"b": {ValueType: &pb.Value_BytesValue{}}})}))
	require.ErrorContains(t, err, "a: b: a value of type *firestorepb.Value_BytesValue")
}

func TestWhatIsNoObjectIsSaidToBeNone(t *testing.T) {
	for data, want := range map[string]string{
		`{"a":1`: "unexpected end", `{"a":1}}`: "invalid character", `{a}`: "invalid character", `[]`: "another character",
		`{"a":01}`: "invalid character", "{\"a\":\"\x01\"}": "invalid character", `{"a":nul}`: "invalid character", `{} {}`: "invalid character",
	} {
		_, err := native([]byte(data))
		require.ErrorContains(t, err, want, "%s", data)
	}
}

func FuzzAnyJSONComesBack(f *testing.F) {
	for _, data := range []string{`{}`, ` { "a" : [ 1 , -2.5e+3 , "\u00e6\ud83e\uddf5\\\"" , true , null , [ ] , { } ] } `, `{"a":1,"a":2}`, "{\"\xff\":\"\xff\"}",
		`{"%json":"x","b":[[[[[[[[[[[[[[[[[[[[["]"]]]]]]]]]]]]]]]]]]]]]}`, `{"a":"\ud800"}`} {
		f.Add([]byte(data))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := native(data)
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		var object map[string]any
		want := d.Decode(&object)
		if _, rest := d.Token(); want == nil && rest != io.EOF {
			want = errors.New("more than one value")
		}
		if err != nil || want != nil || object == nil {
			require.Equal(t, want != nil || object == nil, err != nil, "%v, want %v", err, want)
			return
		}
		fits(t, v, 1)
		written, err := appendJSON(nil, v)
		require.NoError(t, err)
		require.Equal(t, worth(t, string(data)), worth(t, string(written)))
	})
}
