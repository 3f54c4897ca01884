package broker

import (
	"encoding/binary"
	"net/url"
	"time"

	"github.com/cloudevents/sdk-go/v2/types"
)

// writer appends values, each readable without knowing what follows.
type writer struct{ buf []byte }

func (w *writer) byte(b byte)   { w.buf = append(w.buf, b) }
func (w *writer) int(n int64)   { w.buf = binary.AppendVarint(w.buf, n) }
func (w *writer) text(s string) { w.int(int64(len(s))); w.buf = append(w.buf, s...) }

func (w *writer) flag(set bool) bool {
	if set {
		w.byte(1)
	} else {
		w.byte(0)
	}
	return set
}

func (w *writer) optional(s *string) {
	if w.flag(s != nil) {
		w.text(*s)
	}
}

// time keeps the instant to the nanosecond and the offset to the second.
func (w *writer) time(t time.Time) {
	_, offset := t.Zone()
	w.int(t.Unix())
	w.int(int64(t.Nanosecond()))
	w.int(int64(offset))
}

// The types an extension attribute can have (CloudEvents 1.0, Type System).
const (
	kindText = iota
	kindTrue
	kindFalse
	kindInteger
	kindBinary
	kindURI
	kindURIReference
	kindTimestamp
)

func (w *writer) value(v any) error {
	switch v := v.(type) {
	case string:
		w.byte(kindText)
		w.text(v)
	case bool:
		w.byte(kindFalse)
		if v {
			w.buf[len(w.buf)-1] = kindTrue
		}
	case int32:
		w.byte(kindInteger)
		w.int(int64(v))
	case []byte:
		w.byte(kindBinary)
		w.text(string(v))
	case types.URI:
		w.byte(kindURI)
		w.text(v.String())
	case types.URIRef:
		w.byte(kindURIReference)
		w.text(v.String())
	case types.Timestamp:
		w.byte(kindTimestamp)
		w.time(v.Time)
	default:
		valid, err := types.Validate(v)
		if err != nil {
			return err
		}
		return w.value(valid)
	}
	return nil
}

// reader reads what writer wrote; once something is amiss it is broken and reads
// zero values.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) take(n int64) []byte {
	if n < 0 || n > int64(len(r.rest)) {
		r.broken, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) int() int64 {
	n, size := binary.Varint(r.rest)
	if size <= 0 {
		r.broken, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) flag() bool   { return r.byte() == 1 }
func (r *reader) text() string { return string(r.take(r.int())) }

func (r *reader) optional() *string {
	if !r.flag() {
		return nil
	}
	s := r.text()
	return &s
}

func (r *reader) time() time.Time {
	seconds, nanos, offset := r.int(), r.int(), r.int()
	const day = 24 * 60 * 60
	if offset < -day || offset > day {
		r.broken = true
		return time.Time{}
	}
	t := time.Unix(seconds, nanos).UTC()
	if offset != 0 {
		t = t.In(time.FixedZone("", int(offset)))
	}
	return t
}

func (r *reader) uri(into *url.URL) {
	u, err := url.Parse(r.text())
	if err != nil {
		r.broken = true
		return
	}
	*into = *u
}

func (r *reader) value() any {
	switch r.byte() {
	case kindText:
		return r.text()
	case kindTrue:
		return true
	case kindFalse:
		return false
	case kindInteger:
		return int32(r.int())
	case kindBinary:
		return []byte(r.text())
	case kindURI:
		v := types.URI{}
		r.uri(&v.URL)
		return v
	case kindURIReference:
		v := types.URIRef{}
		r.uri(&v.URL)
		return v
	case kindTimestamp:
		return types.Timestamp{Time: r.time()}
	}
	r.broken = true
	return nil
}
