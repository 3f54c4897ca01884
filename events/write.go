package events

import (
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"

	"redthread.dev/internal/quick"
)

func init() { quick.Writes(appendEvent) }

// appendEvent appends an event in structured mode as the SDK writes it, in a fraction
// of the time: every event is journalled. It returns false for what few events have,
// such as data that is no JSON.
func appendEvent(b []byte, e *Event) ([]byte, bool) {
	c, ok := e.Context.(*event.EventContextV1)
	if !ok || e.DataBase64 || c.DataContentType != nil && *c.DataContentType != event.ApplicationJSON {
		return b, false
	}
	b = append(b, `{"specversion":"1.0"`...)
	w := line{b, true}
	w.member("id", c.ID)
	w.member("source", c.Source.String())
	w.member("type", c.Type)
	if c.Subject != nil {
		w.member("subject", *c.Subject)
	}
	if c.DataContentType != nil {
		w.member("datacontenttype", *c.DataContentType)
	}
	if c.DataSchema != nil {
		w.member("dataschema", c.DataSchema.String())
	}
	if c.Time != nil {
		w.member("time", c.Time.UTC().Format(time.RFC3339Nano))
	}
	if e.DataEncoded != nil {
		var right bool
		w.b, right = quick.AppendRaw(append(w.b, `,"data":`...), e.DataEncoded)
		w.plain = w.plain && right
	}
	for _, name := range slices.Sorted(maps.Keys(c.Extensions)) {
		text, ok := c.Extensions[name].(string)
		w.plain = w.plain && ok
		w.member(name, text)
	}
	return append(w.b, '}'), w.plain
}

// line is an object being written.
type line struct {
	b     []byte
	plain bool // all texts so far are written alike by the SDK and encoding/json
}

func (w *line) member(name, value string) {
	w.plain = w.plain && printable(name) && printable(value)
	w.b = quick.AppendString(append(w.b, ','), name)
	w.b = quick.AppendString(append(w.b, ':'), value)
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' {
			return false
		}
	}
	return utf8.ValidString(s)
}
