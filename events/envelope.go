package events

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/cloudevents/sdk-go/v2/event"
	cetypes "github.com/cloudevents/sdk-go/v2/types"
	"github.com/goccy/go-json"
)

// Event is a CloudEvent 1.0: the envelope, and the data as the bytes that came.
type Event = event.Event

// SpecVersion is the version of CloudEvents that is spoken here.
const SpecVersion = event.CloudEventsVersionV1

// Extension attributes that redthread sets on events.
const (
	ExtProfileID    = "profileid"    // the customer's profile, set by collect
	ExtPartitionKey = "partitionkey" // = profileid: a broker that has partitions keeps a customer's events in order
	ExtChannel      = "channel"      // on action.requested: the channel that is to act
	ExtFlow         = "flow"         // on actions and timers: the flow they belong to
	ExtPlan         = "plan"         // on a plan addressed to one of many customers: Hash of the plan as it came in
	ExtTraceParent  = "traceparent"  // W3C Trace Context, CloudEvents' Distributed Tracing
	ExtTraceState   = "tracestate"
)

// schemas are the addresses of the types' JSON Schemas, parsed once.
var schemas = func() map[string]*cetypes.URI {
	all := make(map[string]*cetypes.URI, len(types))
	for _, t := range types {
		all[t] = &cetypes.URI{URL: url.URL{Scheme: "https", Host: "redthread.dev", Path: "/events/schemas/" + Short(t) + ".json"}}
	}
	return all
}()

// schemasAt are the same by their addresses.
var schemasAt = func() map[string]*cetypes.URI {
	all := make(map[string]*cetypes.URI, len(schemas))
	for _, schema := range schemas {
		all[schema.String()] = schema
	}
	return all
}()

// SchemaAt returns the address of the JSON Schema of one of the vocabulary's types,
// parsed; nil when the text is none. It is not to be changed.
func SchemaAt(address string) *cetypes.URI { return schemasAt[address] }

// New makes the event that says data, in the name of source; id is unique within
// source. At is when it happened; the zero time leaves it open, and then it counts as
// happened when it arrives. New fails when data cannot be written as JSON.
func New(source, id string, at time.Time, data Data) (Event, error) {
	e := Event{Context: &event.EventContextV1{Type: data.Type(), ID: id, DataSchema: schemas[data.Type()], DataContentType: &jsonType}}
	SetSource(&e, source)
	if !at.IsZero() {
		e.SetTime(at)
	}
	body, err := json.Marshal(data)
	if err != nil {
		return Event{}, fmt.Errorf("write data of %s: %w", Tag(e), err)
	}
	e.DataEncoded = body
	return e, nil
}

// Decode reads an event's data as a T. It fails when T is another type's data, or
// when the data is not JSON of T's shape; it checks nothing else (see Check). Texts in
// the result are parts of the event's own data, which is not to be changed any more.
func Decode[T any](e Event) (T, error) {
	var data T
	if d, ok := any(&data).(Data); ok && d.Type() != e.Type() {
		return data, fmt.Errorf("decode %s as %s", Tag(e), Short(d.Type()))
	}
	return data, decodeInto(e, &data)
}

// Parse is Decode to a pointer to the struct of the event's type. It returns
// ErrUnknownType when the vocabulary has no such type.
func Parse(e Event) (Data, error) {
	make, ok := constructors[e.Type()]
	if !ok {
		return nil, fmt.Errorf("event %s: %w %q", Hash(e), ErrUnknownType, Kind(e.Type()))
	}
	data := make()
	return data, decodeInto(e, data)
}

func decodeInto(e Event, target any) error {
	if err := json.Unmarshal(e.DataEncoded, target); err != nil {
		return fmt.Errorf("decode %s: %w", Tag(e), err)
	}
	return nil
}

// ProfileID returns the profile the event is about; empty: not resolved yet.
func ProfileID(e Event) string { return Extension(e, ExtProfileID) }

// Extension returns an extension attribute that is text; empty: there is none.
func Extension(e Event, name string) string {
	if v1, ok := e.Context.(*event.EventContextV1); ok { // the SDK's own way copies the map
		text, _ := v1.Extensions[name].(string)
		return text
	}
	text, _ := e.Extensions()[name].(string)
	return text
}

// SetExtension sets an extension attribute to a text, in less time than the SDK takes.
// The name must be lower-case letters and digits.
func SetExtension(e *Event, name, text string) {
	v1, ok := e.Context.(*event.EventContextV1)
	if !ok {
		e.SetExtension(name, text)
		return
	}
	if v1.Extensions == nil {
		v1.Extensions = make(map[string]any, 4)
	}
	v1.Extensions[name] = text
}

// SetSource sets the source as the SDK does, in less time when it is a plain path.
func SetSource(e *Event, source string) {
	if v1, ok := e.Context.(*event.EventContextV1); ok && isPath(source) {
		v1.Source = cetypes.URIRef{URL: url.URL{Path: source}}
		return
	}
	e.SetSource(source)
}

// isPath tells the references of which there is nothing to parse.
func isPath(s string) bool {
	return strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "//") && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '/' && r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// jsonType is shared by all events; it is never changed, only replaced.
var jsonType = event.ApplicationJSON

// Resolved returns the event as it goes on once it is known whom it is about: the
// same id and data, with profile as profileid and partitionkey. e is left as it was.
func Resolved(e Event, profile string) Event {
	if v1, ok := e.Context.(*event.EventContextV1); ok {
		c := *v1
		c.Extensions = make(map[string]any, len(v1.Extensions)+2)
		maps.Copy(c.Extensions, v1.Extensions)
		e.Context = &c
	} else {
		e.Context = e.Context.Clone()
	}
	SetExtension(&e, ExtProfileID, profile)
	SetExtension(&e, ExtPartitionKey, profile)
	return e
}
