package quick

import (
	"encoding/json"
	"reflect"
	"time"
)

func special(read func(string) (reflect.Value, error)) func(*Reader, reflect.Value) error {
	return func(r *Reader, v reflect.Value) error {
		text, err := r.skip()
		if err != nil {
			return err
		}
		value, err := read(text)
		if err == nil {
			v.Set(value)
		}
		return err
	}
}

// readOther leaves a value of an unusual type to encoding/json.
func readOther(r *Reader, v reflect.Value) error {
	text, err := r.skip()
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), v.Addr().Interface())
}

func readRaw(r *Reader, v reflect.Value) error {
	text, err := r.skip()
	v.SetString(text)
	return err
}

func readString(r *Reader, v reflect.Value) error {
	text, err := r.string()
	v.SetString(text)
	return err
}

func readTime(r *Reader, v reflect.Value) error {
	text, err := r.string()
	if err != nil {
		return err
	}
	t, ok := plainTime(text)
	if !ok && t.UnmarshalText([]byte(text)) != nil {
		return ErrUnusual
	}
	*v.Addr().Interface().(*time.Time) = t
	return nil
}

// plainTime reads a time of UTC in whole seconds, as most are.
func plainTime(s string) (time.Time, bool) {
	if len(s) != len("2006-01-02T15:04:05Z") || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z' {
		return time.Time{}, false
	}
	var bad int
	two := func(i int) int {
		a, b := int(s[i])-'0', int(s[i+1])-'0'
		if a < 0 || a > 9 || b < 0 || b > 9 {
			bad++
		}
		return 10*a + b
	}
	year, month, day, hour, minute, second := 100*two(0)+two(2), two(5), two(8), two(11), two(14), two(17)
	if bad > 0 || month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false // or a day that not every month has
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC), true
}

func readBool(r *Reader, v reflect.Value) error {
	switch {
	case r.word("true"):
		v.SetBool(true)
	case r.word("false"):
		v.SetBool(false)
	default:
		return ErrUnusual
	}
	return nil
}

func readInt(r *Reader, v reflect.Value) error {
	n, err := r.int()
	if err != nil || v.OverflowInt(n) {
		return ErrUnusual
	}
	v.SetInt(n)
	return nil
}

// list reads a slice.
func (r *Reader) list(v reflect.Value, element *plan) error {
	if !r.take('[') {
		return ErrUnusual
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for first := true; ; first = false {
		if r.blank(); r.take(']') {
			return nil
		}
		if !first && !r.take(',') {
			return ErrUnusual
		}
		if r.blank(); r.peek() == 'n' {
			return ErrUnusual
		}
		n := v.Len()
		if n == v.Cap() {
			v.Grow(max(2, n))
		}
		v.SetLen(n + 1)
		if err := element.read(r, v.Index(n)); err != nil {
			return err
		}
	}
}
