package quick

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/events"
)

// fresh returns an empty value of an event type's struct.
func fresh(t testing.TB, eventType string) reflect.Value {
	e, err := events.New("/test", "1", time.Time{}, bare{eventType})
	require.NoError(t, err)
	data, err := events.Parse(e)
	require.NoError(t, err)
	return reflect.New(reflect.TypeOf(data).Elem())
}

// bare is the data {} of any type.
type bare struct{ typ string }

func (b bare) Type() string                 { return b.typ }
func (b bare) MarshalJSON() ([]byte, error) { return []byte(`{}`), nil }

func TestEverySampleIsReadAsEncodingJSONReadsIt(t *testing.T) {
	r := NewReader()
	for _, eventType := range events.Types() {
		sample, err := events.Sample(eventType)
		require.NoError(t, err)
		var whole struct {
			Data Text `json:"data"`
		}
		require.NoError(t, r.Read(string(sample), &whole), eventType)
		got, want := fresh(t, eventType), fresh(t, eventType)
		require.NoError(t, r.Read(string(whole.Data), got.Interface()), eventType)
		require.NoError(t, json.Unmarshal([]byte(whole.Data), want.Interface()))
		require.Equal(t, want.Interface(), got.Interface(), eventType)
	}
}

// thing has a field of each sort.
type thing struct {
	Inner
	Name  string            `json:"name"`
	Count int8              `json:"count"`
	Price float64           `json:"price"`
	Gift  bool              `json:"gift,omitempty"`
	At    time.Time         `json:"at"`
	Parts []Inner           `json:"parts"`
	Tags  []string          `json:"tags"`
	Any   any               `json:"any"`
	Ids   map[string]string `json:"ids"`
	Next  *thing            `json:"next"`
}

// Inner is embedded in a thing, and listed in it.
type Inner struct {
	Code string `json:"code"`
	N    int64
}

func TestWhatIsPlainIsReadAndTheRestIsLeftToEncodingJSON(t *testing.T) {
	for text, plain := range map[string]bool{
		`{}`: true,
		` {"name" : "a" , "code":"c","N":-12,"gift":true,"tags":["x","y"],"parts":[{"code":"p"},{}]} `: true,
		`{"name":"å \u0026 \"b\"","price":1.5e3,"any":{"x":[1,{"y":"]"}]},"ids":{"a":"b"}}`:            true,
		`{"at":"2026-03-02T10:00:00Z","unknown":[{"name":"no"}],"count":127}`:                          true,
		`{"at":"2026-03-31T10:00:00.123+02:00","tags":[],"next":{"name":"n"}}`:                         true,
		`{"name":"a","name":"b"}`:       false,
		`{"NAME":"a"}`:                  false,
		`{"name":null}`:                 false,
		`{"tags":[null]}`:               false,
		`{"count":128}`:                 false,
		`{"count":1.0}`:                 false,
		`{"count":01}`:                  false,
		`{"name":7}`:                    false,
		`{"at":"yesterday"}`:            false,
		`{"at":"2026-02-30T10:00:00Z"}`: false,
		`{"name":"` + "\xff" + `"}`:     false,
		`{"name":"` + "\n" + `"}`:       false,
		`{"gift":tru}`:                  false,
		`{"tags":["x"`:                  false,
		`{"name":"a"} x`:                false,
		`[]`:                            false,
		``:                              false,
	} {
		var got, want thing
		err := NewReader().Read(text, &got)
		if !plain {
			require.Error(t, err, text)
			continue
		}
		require.NoError(t, err, text)
		require.NoError(t, json.Unmarshal([]byte(text), &want), text)
		require.Equal(t, want, got, text)
	}
}

func TestASpecialTypeIsReadByItsFunction(t *testing.T) {
	r := NewReader()
	known := map[string]map[string]string{}
	Special(r, func(text string) (map[string]string, error) {
		if m, ok := known[text]; ok {
			return m, nil
		}
		m := map[string]string{}
		known[text] = m
		return m, json.Unmarshal([]byte(text), &m)
	})
	for range 2 {
		var x thing
		require.NoError(t, r.Read(`{"ids":{"a":"b"}}`, &x))
		require.Equal(t, map[string]string{"a": "b"}, x.Ids)
	}
	require.Len(t, known, 1)
	r = NewReader()
	Special(r, func(string) (map[string]string, error) { return nil, errors.New("no") })
	require.Error(t, r.Read(`{"ids":{}}`, new(thing)))
}

// FuzzRead: what is read at all is read as encoding/json reads it.
func FuzzRead(f *testing.F) {
	for _, eventType := range events.Types() {
		sample, err := events.Sample(eventType)
		require.NoError(f, err)
		f.Add(string(sample))
	}
	f.Add(`{"code":"c","at":"2026-03-31T10:00:00.123+02:00","parts":[{"N":1}],"next":{"ids":{"a":"\u00e5"}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return // the journal holds what encoding/json wrote
		}
		var got, want thing
		if NewReader().Read(text, &got) == nil {
			require.NoError(t, json.Unmarshal([]byte(text), &want))
			require.Equal(t, want, got)
		}
	})
}
