package quick

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// thing has a field of each sort.
type thing struct {
	Inner
	Name   string            `json:"name"`
	Count  int8              `json:"count"`
	Small  uint16            `json:"small,omitempty"`
	Price  float64           `json:"price"`
	Ratio  float32           `json:"ratio,omitzero"`
	Gift   bool              `json:"gift,omitempty"`
	At     time.Time         `json:"at"`
	Seen   time.Time         `json:"seen,omitzero"`
	Parts  []Inner           `json:"parts"`
	Tags   []string          `json:"tags,omitempty"`
	Any    any               `json:"any"`
	Ids    map[string]string `json:"ids"`
	Anys   map[string]any    `json:"anys,omitempty"`
	ByName map[kind]Inner    `json:"by_name,omitempty"`
	ByNum  map[int]string    `json:"by_num,omitempty"`
	Next   *thing            `json:"next"`
	Raw    json.RawMessage   `json:"raw,omitempty"`
	Bytes  []byte            `json:"bytes,omitempty"`
	Both   Inner             `json:"both,omitzero"`
	Kind   kind              `json:"kind,omitempty"`
	Loud   loud              `json:"loud,omitempty"`
	Pair   [2]int            `json:"pair"`
	Things []thing           `json:"things,omitempty"`
	NoTag  int64
	Not    string `json:"-"`
	hidden string
}

// Inner is embedded in a thing, and listed in it.
type Inner struct {
	Code string `json:"code"`
	N    int64
}

type kind string

// loud writes and reads itself.
type loud string

func (l loud) MarshalText() ([]byte, error) { return []byte(strings.ToUpper(string(l))), nil }

func (l *loud) UnmarshalText(text []byte) error {
	*l = loud(strings.ToLower(string(text)))
	return nil
}

// odd are types that are left to encoding/json as a whole, for what is in them.
type (
	quoted struct {
		N int64 `json:"n,string"`
	}
	twice struct {
		Inner
		Code int `json:"code"`
	}
	pointed   struct{ *Inner }
	byAddress struct{ X addressed }
	addressed struct{ S string }
)

func (a *addressed) MarshalJSON() ([]byte, error) { return []byte(`"by address"`), nil }

// sameRead requires that a text is read as encoding/json reads it, error and all.
func sameRead[T any](t testing.TB, text string) {
	var got, want T
	gotErr, wantErr := Unmarshal([]byte(text), &got), json.Unmarshal([]byte(text), &want)
	if wantErr != nil {
		require.EqualError(t, gotErr, wantErr.Error(), text)
	} else {
		require.NoError(t, gotErr, text)
	}
	require.Equal(t, want, got, text)
}

// sameWritten requires that a value is written as encoding/json writes it.
func sameWritten(t testing.TB, v any) {
	got, gotErr := Marshal(v)
	want, wantErr := json.Marshal(v)
	if wantErr != nil {
		require.EqualError(t, gotErr, wantErr.Error())
	} else {
		require.NoError(t, gotErr)
	}
	require.Equal(t, string(want), string(got))
}

// texts are JSON and what is not; true for what is plain.
var texts = map[string]bool{
	`{}`: true,
	` {"name" : "a" , "code":"c","N":-12,"gift":true,"tags":["x","y"],"parts":[{"code":"p"},{}]} `:             true,
	`{"name":"å \u0026 \"b\"\n\\\/\b\f\r\t","price":1.5e3,"any":{"x":[1,{"y":"]"}],"z":null},"ids":{"a":"b"}}`: true,
	`{"name":"\ud83e\uddf6 \u00e5"}`:                                                                   true,
	`{"at":"2026-03-02T10:00:00Z","unknown":[{"name":"no"}],"count":127}`:                              true,
	`{"at":"2026-03-31T10:00:00.123+02:00","tags":[],"next":{"name":"n"}}`:                             true,
	`{"at":"2026-03-02T10:00:00.123456789Z","seen":"2024-02-29T23:59:59.5Z"}`:                          true,
	`{"by_name":{"a":{"code":"1"},"b":{}},"by_num":{"1":"x"},"anys":{"a":{"b":[true,false,"s",1e2]}}}`: true,
	`{"raw":{"a": [1, 2]},"bytes":"YWJj","both":{"code":"x"},"kind":"k","loud":"HUSH","pair":[1,2]}`:   true,
	`{"things":[{"things":[{"things":[{"name":"deep"}]},{"name":"b"}]},{"name":"c"}],"NoTag":9}`:       true,
	`{"name":"` + strings.Repeat("en lang tekst uden særlige tegn, ", 40) + `"}`:                       true,
	`{"small":65535,"ratio":1.5,"count":-128,"N":-999999999999999999}`:                                 true,
	`{"any":"text"}`: true,
	`{"any":-0.0}`:   true,
	`{"tags":["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17","18"]}`: true,

	`{"N":9223372036854775807}`:       false,
	`{"N":9223372036854775808}`:       false,
	`{"small":65536}`:                 false,
	`{"name":"a","name":"b"}`:         false,
	`{"ids":{"a":"1","a":"2"}}`:       false,
	`{"anys":{"a":1,"a":2}}`:          false,
	`{"by_name":{"a":{},"a":{}}}`:     false,
	`{"NAME":"a"}`:                    false,
	`{"ſmall":1}`:                     false,
	`{"name":null}`:                   false,
	`{"tags":null}`:                   false,
	`{"raw":null}`:                    true,
	`{"loud":null}`:                   false,
	`{"tags":[null]}`:                 false,
	`{"count":128}`:                   false,
	`{"count":1.0}`:                   false,
	`{"count":01}`:                    false,
	`{"count":-}`:                     false,
	`{"price":.5}`:                    false,
	`{"price":5.}`:                    false,
	`{"price":1e}`:                    false,
	`{"price":1e999}`:                 false,
	`{"price":0x1p3}`:                 false,
	`{"price":Inf}`:                   false,
	`{"name":7}`:                      false,
	`{"name":"\ud83e"}`:               false,
	`{"name":"\ud83e\u0041"}`:         false,
	`{"name":"\u12"}`:                 false,
	`{"name":"\u+123"}`:               false,
	`{"name":"\x"}`:                   false,
	`{"name":"\`:                      false,
	`{"at":"yesterday"}`:              false,
	`{"at":"2026-02-30T10:00:00Z"}`:   false,
	`{"at":"2026-13-01T10:00:00Z"}`:   false,
	`{"at":"2026-01-01T24:00:00Z"}`:   false,
	`{"at":"2026-01-01T1:00:00Z"}`:    true,
	`{"at":"2026-01-01T10:00:00.Z"}`:  false,
	`{"at":"2026-01-01T10:00:00,5Z"}`: true,
	`{"at":"20a6-01-01T10:00:00Z"}`:   false,
	`{"at":7}`:                        false,
	`{"name":"` + "\xff" + `"}`:       false,
	`{"name":"\n` + "\xff" + `"}`:     false,
	`{"name":"` + "\n" + `"}`:         false,
	`{"name":"\n` + "\n" + `"}`:       false,
	`{"gift":tru}`:                    false,
	`{"tags":["x"`:                    false,
	`{"tags":["x",]}`:                 false,
	`{"tags":["x" "y"]}`:              false,
	`{"tags":{}}`:                     false,
	`{"ids":[]}`:                      false,
	`{"ids":{"a":1}}`:                 false,
	`{"next":[]}`:                     false,
	`{"unknown":[}]}`:                 false,
	`{"unknown":{"a" 1}}`:             false,
	`{"unknown":{"a":1,}}`:            false,
	`{"unknown":[1 2]}`:               false,
	`{"unknown":nul}`:                 false,
	`{"name":"a"} x`:                  false,
	`{"name":"a",}`:                   false,
	`{,"name":"a"}`:                   false,
	`{"name" "a"}`:                    false,
	`{"any":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`:     false,
	`{"unknown":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`: false,
	`[]`:   false,
	`null`: false,
	``:     false,
	`{`:    false,
}

func TestWhatIsPlainIsReadQuicklyAndEverythingAsEncodingJSONReadsIt(t *testing.T) {
	for text, plain := range texts {
		sameRead[thing](t, text)
		p := planOf(reflect.TypeFor[thing]())
		require.NotNil(t, p)
		var x thing
		require.Equal(t, plain, new(reader).whole(text, p, reflect.ValueOf(&x).UnsafePointer()), text)
	}
}

func TestAReaderIsAsGoodAsNewAfterEachText(t *testing.T) {
	r, p := new(reader), planOf(reflect.TypeFor[thing]())
	for range 2 {
		for text, plain := range texts {
			var got, want thing
			if r.whole(text, p, reflect.ValueOf(&got).UnsafePointer()) {
				require.True(t, plain, text)
				require.NoError(t, json.Unmarshal([]byte(text), &want))
				require.Equal(t, want, got, text)
			}
		}
	}
}

func TestWhatIsThereAlreadyIsLeftToEncodingJSON(t *testing.T) {
	got, want := thing{Name: "before", Tags: []string{"a", "b"}}, thing{Name: "before", Tags: []string{"a", "b"}}
	text := []byte(`{"tags":["c"],"count":3}`)
	require.NoError(t, json.Unmarshal(text, &want))
	require.NoError(t, Unmarshal(text, &got))
	require.Equal(t, want, got)
	require.Error(t, Unmarshal(text, got))
	require.Error(t, Unmarshal(text, nil))
	require.Error(t, Unmarshal(text, (*thing)(nil)))
}

func TestTypesOutsideThePlainOnesAreLeftToEncodingJSON(t *testing.T) {
	sameRead[quoted](t, `{"n":"5"}`)
	sameRead[twice](t, `{"code":5,"N":7}`)
	sameRead[pointed](t, `{"code":"5"}`)
	sameRead[[]int](t, `[1,2,3]`)
	sameRead[map[string]Inner](t, `{"a":{"N":1}}`)
	sameRead[any](t, `{"a":[1]}`)
	sameRead[string](t, `"a"`)
	sameRead[chan int](t, `1`)
	sameRead[Inner](t, `{"n":1}`)
	for _, v := range []any{quoted{5}, twice{}, pointed{&Inner{}}, []int{1}, map[string]Inner{"b": {}, "a": {N: 1}}, "a", 1, nil,
		byAddress{}, &byAddress{}, &quoted{}, (*thing)(nil), make(chan int), func() {}, &[]Inner{{}, {N: 2}}} {
		sameWritten(t, v)
	}
}

func TestValuesAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 4, 5, 0, time.UTC)
	for name, x := range map[string]thing{
		"nothing":  {},
		"texts":    {Name: "a \"b\" \\ <c> & \u2028\u2029 \x00\x1f\b\f\n\r\t å 🧶 \xff \x7f", Tags: []string{"", "x"}},
		"numbers":  {Count: -128, Small: 65535, Price: -1.5, Ratio: 0.1, Inner: Inner{N: math.MinInt64}, Pair: [2]int{1, 2}},
		"tiny":     {Price: 1e-7},
		"smaller":  {Price: -1.25e-100},
		"great":    {Price: 1e21},
		"greater":  {Price: 1.7e300},
		"minus":    {Price: math.Copysign(0, -1)},
		"no":       {Price: math.NaN()},
		"endless":  {Price: math.Inf(1)},
		"times":    {At: at, Seen: at.Add(123456789)},
		"zones":    {At: at.In(time.FixedZone("", 7200)), Seen: at.Local()},
		"early":    {At: time.Date(7, 1, 2, 3, 4, 5, 0, time.UTC), Seen: time.Unix(0, 0)},
		"too far":  {At: time.Date(10000, 1, 2, 3, 4, 5, 0, time.UTC)},
		"maps":     {Ids: map[string]string{"b": "1", "a": "2", "<": ">"}, ByName: map[kind]Inner{"z": {}, "a": {N: 1}}, ByNum: map[int]string{2: "b", 1: "a"}},
		"empty":    {Ids: map[string]string{}, ByName: map[kind]Inner{}, Parts: []Inner{}, Tags: []string{}, Anys: map[string]any{}},
		"anything": {Any: map[string]any{"b": []any{1.0, "x", nil, true}, "a": map[string]any(nil), "c": 7, "d": at, "e": []string{"x"}}},
		"not JSON": {Any: make(chan int)},
		"raw":      {Raw: json.RawMessage(`{"a":[1,2.5,"x"]}`)},
		"loose":    {Raw: json.RawMessage(" { \"a\" : \"<å\u2028 \\\\\\\" \u2029&>\" ,\n\t\"b\" : [ 1 , {} ] } ")},
		"invalid":  {Raw: json.RawMessage("\"\xff\"")},
		"wrong":    {Raw: json.RawMessage(`{"a":}`)},
		"two":      {Raw: json.RawMessage(`1,2`)},
		"none":     {Raw: json.RawMessage{}},
		"bytes":    {Bytes: []byte("abc"), Loud: "hush", Kind: "k", Both: Inner{Code: "x"}, Not: "x", hidden: "y", NoTag: 3},
		"parts":    {Parts: []Inner{{"a", 1}, {}}, Next: &thing{Next: &thing{Name: "n"}}, Things: []thing{{}, {Things: []thing{{}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			sameWritten(t, &x)
			sameWritten(t, x)
		})
	}
}

func TestWhatHasNoEndIsAnErrorAsWithEncodingJSON(t *testing.T) {
	x := &thing{}
	x.Next = x
	_, err := Marshal(x)
	require.ErrorContains(t, err, "cycle")
}

// FuzzUnmarshal: whatever the text, the value and the error are encoding/json's.
func FuzzUnmarshal(f *testing.F) {
	for text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { sameRead[thing](t, text) })
}

// FuzzMarshal: whatever the text says, it is written as encoding/json writes it.
func FuzzMarshal(f *testing.F) {
	for text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		x := thing{Name: text, Tags: []string{text}, Raw: json.RawMessage(text), Ids: map[string]string{text: text}, Kind: kind(text)}
		sameWritten(t, &x)
		var y thing
		if json.Unmarshal([]byte(text), &y) == nil {
			sameWritten(t, &y)
		}
	})
}
