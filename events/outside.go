package events

import (
	"maps"

	"github.com/cloudevents/sdk-go/v2/event"
)

// Extension attributes by which a broker tells why it gave an event up (Knative
// Eventing, "Event delivery": dead letter sink).
const (
	ExtErrorDest = "knativeerrordest" // URL of who did not take the event
	ExtErrorCode = "knativeerrorcode" // the HTTP status of the last answer
	ExtErrorData = "knativeerrordata" // its body in base64, cut to 1,024 characters
)

// reserved are the attributes that nobody outside may set: with them an event goes
// past collect, straight to the flows and channels or to the dead letters.
var reserved = []string{ExtProfileID, ExtChannel, ExtFlow, ExtPlan, ExtErrorDest, ExtErrorCode, ExtErrorData}

// Outside returns an event as it may come from outside: without the extension
// attributes that only redthread and its broker set. Whom it is about is then found
// out from its data. e is left as it was.
func Outside(e Event) Event {
	v1, ok := e.Context.(*event.EventContextV1)
	if !ok || len(v1.Extensions) == 0 {
		return e // 0.3 is refused before
	}
	var left map[string]any
	for _, name := range reserved {
		if _, set := v1.Extensions[name]; !set {
			continue
		}
		if left == nil {
			left = maps.Clone(v1.Extensions)
		}
		delete(left, name)
	}
	if left == nil {
		return e
	}
	c := *v1
	c.Extensions = left
	e.Context = &c
	return e
}
