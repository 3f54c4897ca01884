package events

import (
	"errors"
	"fmt"
	"mime"
	"strings"
	"time"

	"redthread.dev/events/internal/schema"
)

// Limits of an event; those of its data are in the JSON Schemas.
const (
	MaxEvent     = 256 << 10 // bytes of attributes and data together
	MaxAttribute = 8 << 10   // bytes of one attribute
)

// Violation says what of an event is refused, where, and by which rule.
type Violation struct {
	Type   string // the event's type as Short tells it; "event" when it has none
	Part   string // "data", the name of an attribute, or "size"
	Path   string // within data: a JSON pointer (RFC 6901); empty: all of it
	Rule   string // a JSON Schema keyword, or what goes beyond: syntax, encoding, depth, duplicate, spelling, when, size
	Detail string // what was found and what was expected
}

// Error returns it as one line, as in
// `basket.updated.v1 data: /lines/3/price/currency: "KRR" is no ISO 4217 currency (enum)`.
// It never shows who the customer is.
func (v *Violation) Error() string {
	where := v.Part
	if v.Path != "" {
		where += ": " + v.Path
	}
	return fmt.Sprintf("%s %s: %s (%s)", v.Type, where, v.Detail, v.Rule)
}

// Check tells whether an event may come in: its attributes, its size, and its data
// against the JSON Schema of its type. It is for the edge alone; what has passed it is
// decoded without further question. It returns a *Violation for the first thing that
// is wrong; ErrUnknownType for a type outside the vocabulary whose data names no
// customer. An event of such a type that does name one passes, its other fields being
// the shop's own. Fields that a type does not know pass too. Now is the present.
func Check(e Event, now time.Time) error {
	if v := checkAttributes(e, now); v != nil {
		return v
	}
	if size := sizeOf(e); size > MaxEvent {
		return violation(e, "size", "size", fmt.Sprintf("%d bytes, at most %d", size, MaxEvent))
	}
	if v := checkJSON(e); v != nil {
		return v
	}
	s, known := compiled[e.Type()]
	if !known {
		s = compiledForeign
	}
	var found *schema.Violation
	if !errors.As(s().Check(e.DataEncoded, now), &found) {
		return nil
	}
	v := &Violation{Type: short(e), Part: "data", Path: found.Path, Rule: found.Rule, Detail: found.Detail}
	if !known && found.Rule == "required" {
		return fmt.Errorf("%w %q, and its data names no customer: %w", ErrUnknownType, e.Type(), v)
	}
	return v
}

// checkJSON refuses data that says it is something else than JSON, and no data.
func checkJSON(e Event) *Violation {
	if contentType := e.DataContentType(); contentType != "" && contentType != "application/json" {
		media, _, err := mime.ParseMediaType(contentType)
		if err != nil || media != "application/json" && media != "text/json" && !strings.HasSuffix(media, "+json") {
			return violation(e, "datacontenttype", "type", fmt.Sprintf("%.60q, expected application/json", contentType))
		}
	}
	if len(e.DataEncoded) == 0 {
		return violation(e, "data", "required", "missing")
	}
	return nil
}

func violation(e Event, part, rule, detail string) *Violation {
	return &Violation{Type: short(e), Part: part, Rule: rule, Detail: detail}
}

func short(e Event) string {
	if e.Type() == "" {
		return "event"
	}
	return Kind(e.Type())
}
