package events

import "time"

// TimerTick asks the timers function to look for timers that are due.
type TimerTick struct {
	// The shards to look in; none: all.
	Shards []int `json:"shards,omitempty" jsonschema:"minimum=0,maximum=1023,maxItems=500"`
}

// Type is dev.redthread.timer.tick.v1.
func (TimerTick) Type() string { return "dev.redthread.timer.tick.v1" }

// TimerDue gives a flow (extension flow) a timer back that it had set for a customer.
type TimerDue struct {
	// The timer's name within the flow.
	Timer string `json:"timer" jsonschema:"minLength=1,example=remind"`
	// The business key it was set for: a basket, an order, a mention.
	Key string `json:"key" jsonschema:"example=b-7f3a"`
	// When it was to be due.
	Due time.Time `json:"due"`
	// When it was set.
	SetAt time.Time `json:"set_at"`
}

// Type is dev.redthread.timer.due.v1.
func (TimerDue) Type() string { return "dev.redthread.timer.due.v1" }
