package events

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
)

// checkAttributes checks the envelope: CloudEvents 1.0's required attributes, that
// texts are texts, and that it happened in a time that can be.
func checkAttributes(e Event, now time.Time) *Violation {
	if e.Context == nil || e.SpecVersion() != SpecVersion {
		found := "missing"
		if e.Context != nil {
			found = fmt.Sprintf("%q", e.SpecVersion())
		}
		return violation(e, "specversion", "const", found+`, expected "1.0"`)
	}
	if len(e.FieldErrors) > 0 {
		first := slices.Min(slices.Collect(maps.Keys(e.FieldErrors)))
		return violation(e, first, "format", e.FieldErrors[first].Error())
	}
	for _, required := range []struct{ name, value string }{{"type", e.Type()}, {"id", e.ID()}, {"source", e.Source()}} {
		if required.value == "" {
			return violation(e, required.name, "required", "missing")
		}
		if v := checkAttribute(e, required.name, required.value); v != nil {
			return v
		}
	}
	if v := checkOptional(e); v != nil {
		return v
	}
	return checkTime(e, now)
}

func checkOptional(e Event) *Violation {
	if v := checkAttribute(e, "subject", e.Subject()); v != nil {
		return v
	}
	if v := checkAttribute(e, "datacontenttype", e.DataContentType()); v != nil {
		return v
	}
	for name, value := range e.Extensions() {
		if text, ok := value.(string); ok {
			if v := checkAttribute(e, name, text); v != nil {
				return v
			}
		}
	}
	return nil
}

func checkAttribute(e Event, name, value string) *Violation {
	if len(value) > MaxAttribute {
		return violation(e, name, "maxLength", fmt.Sprintf("%d bytes, at most %d", len(value), MaxAttribute))
	}
	if !utf8.ValidString(value) {
		return violation(e, name, "encoding", "not UTF-8")
	}
	if strings.ContainsFunc(value, isControl) {
		return violation(e, name, "encoding", "holds a control character")
	}
	return nil
}

// isControl tells the characters that CloudEvents 1.0 (Type System, String) forbids.
func isControl(r rune) bool { return r < ' ' || 0x7f <= r && r <= 0x9f }

// checkTime holds the time between 2000 and a day from now. No time is right: then
// arrival counts.
func checkTime(e Event, now time.Time) *Violation {
	at := e.Time()
	switch {
	case at.IsZero() && !hasTime(e):
		return nil
	case at.Year() < 2000:
		return violation(e, "time", "when", at.Format(time.RFC3339)+" is before 2000")
	case at.After(now.Add(24 * time.Hour)):
		return violation(e, "time", "when", at.Format(time.RFC3339)+" is more than a day ahead")
	}
	return nil
}

func hasTime(e Event) bool {
	v1, ok := e.Context.(*event.EventContextV1)
	return ok && v1.Time != nil
}

// sizeOf is the size of an event in bytes, names of attributes left out.
func sizeOf(e Event) int {
	size := len(e.DataEncoded) + len(e.ID()) + len(e.Source()) + len(e.Type()) + len(e.Subject())
	for _, value := range e.Extensions() {
		if text, ok := value.(string); ok {
			size += len(text)
		}
	}
	return size
}
