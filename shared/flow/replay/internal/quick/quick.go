// Package quick reads plain JSON into structs several times as fast as
// encoding/json, for those who read a million events again. It gives what
// encoding/json would give or, of anything that is not plain, ErrUnusual; then ask
// encoding/json.
package quick

import (
	"errors"
	"reflect"
)

// ErrUnusual says that the text is not plain: it holds a key twice, or in another
// case than the struct's, a null, a number that is not written out, or it is no JSON of
// the struct's shape at all.
var ErrUnusual = errors.New("unusual JSON")

// Text is the JSON of a value as it stands in the text that was read. As part of a
// struct it costs nothing but finding its end.
type Text string

// UnmarshalJSON keeps the text.
func (t *Text) UnmarshalJSON(text []byte) error {
	*t = Text(text)
	return nil
}

// Reader reads. It is used by one goroutine at a time.
type Reader struct {
	special map[reflect.Type]func(text string) (reflect.Value, error)
	plans   map[reflect.Type]*plan
	text    string
	at      int
}

// NewReader returns a reader.
func NewReader() *Reader {
	return &Reader{special: map[reflect.Type]func(string) (reflect.Value, error){}, plans: map[reflect.Type]*plan{}}
}

// Special has values of T's type read by a function, which gets their JSON: one that
// knows a text it has read before can give the same value again.
func Special[T any](r *Reader, read func(text string) (T, error)) {
	r.special[reflect.TypeFor[T]()] = func(text string) (reflect.Value, error) {
		v, err := read(text)
		return reflect.ValueOf(v), err
	}
}

// Read fills into, a pointer to a struct that is empty, from the text. What it read
// of texts are parts of the text, and keep it alive. After an error into holds
// whatever had been read.
func (r *Reader) Read(text string, into any) error {
	v := reflect.ValueOf(into).Elem()
	p, err := r.planOf(v.Type())
	if err != nil {
		return err
	}
	r.text, r.at = text, 0
	r.blank()
	if err := p.read(r, v); err != nil {
		return err
	}
	if r.blank(); r.at != len(r.text) {
		return ErrUnusual
	}
	return nil
}
