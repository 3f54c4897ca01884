package flow

import (
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/catalog"
	"redthread.dev/shared/profile"
	"redthread.dev/shared/thread"
)

// Input is all that one decision of a flow depends on.
type Input struct {
	Event   events.Event // what happened; zero for a timer
	Data    any          // the event's data, decoded by the flow's handler
	Timer   thread.Timer // the timer that came; zero for an event
	Cause   string       // names the event or timer, the same at each delivery
	Plan    string       // the plan that the event addresses to the customer, by its id in the journal; empty for any other
	At, Now time.Time
	Profile *profile.Profile
	Thread  thread.Thread // as it was; it is not changed, unless it is Mine
	Facts   catalog.Facts
	Firm    bool // the weaker contact could not be displaced: it is on its way
	// Done returns an action that there is already; nil: there is none of that id. The
	// thread forgets its contacts after a time, but a step is done once. Nil: nobody knows.
	Done func(id string) *action.Action
}

// Output is what a decision changes.
type Output struct {
	Thread   thread.Thread
	Changed  bool // the thread is to be committed
	Action   *action.Action
	Displace string // action that gives way to this one, if it is still waiting
	Entry    thread.Entry
	Goal     bool // the event was the flow's goal
	Touched  bool // … and the flow had acted on the customer before
	Urgent   bool
}
