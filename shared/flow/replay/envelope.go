package replay

import (
	"github.com/cloudevents/sdk-go/v2/event"

	"redthread.dev/events"
)

// envelopes are events of each type that say nothing but their type: all that a turn
// asks of an event whose data was parsed.
var envelopes = func() map[string]events.Event {
	all := map[string]events.Event{}
	for _, t := range events.Types() {
		all[t] = bare(t)
	}
	return all
}()

func bare(eventType string) events.Event {
	return events.Event{Context: &event.EventContextV1{Type: eventType}}
}

func envelope(eventType string) events.Event {
	if e, ok := envelopes[eventType]; ok {
		return e
	}
	return bare(eventType)
}
