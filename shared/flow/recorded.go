package flow

import (
	"redthread.dev/events"
	"redthread.dev/shared/catalog"
)

// Data returns an event's data as the flow's handler takes it, Input.Data, from what
// events.Parse made of it; ok is false when the flow does not handle its type. With it
// an event that was parsed once can be decided about many times.
func (f *Flow) Data(parsed events.Data) (data any, ok bool) {
	h, ok := f.events[parsed.Type()]
	if !ok {
		return nil, false
	}
	return h.take(parsed)
}

// Facts returns what the flow gets of a whole catalogue for a decision.
func (f *Flow) Facts(all catalog.Facts, in *Input) catalog.Facts {
	if f.need == nil {
		return catalog.Facts{}
	}
	return all.Of(func() catalog.Need { return f.need(in) })
}

// Policy returns what stands between the flow and the customer, as it is set.
func (f *Flow) Policy() Policy { return f.policy }
