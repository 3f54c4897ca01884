package events

import "time"

// ActionRequested asks a channel (extension channel) to do what a flow (extension
// flow) decided. The channel reads content and address from the action itself: no
// personal data passes through the broker.
type ActionRequested struct {
	// The action.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// What kind of thing is to be done.
	Kind ActionKind `json:"kind"`
}

// Type is dev.redthread.action.requested.v1.
func (ActionRequested) Type() string { return "dev.redthread.action.requested.v1" }

// ActionKind is what kind of thing a channel does.
type ActionKind string

// The kinds of action.
const (
	ActionMessage  ActionKind = "message"
	ActionAudience ActionKind = "audience"
	ActionPrint    ActionKind = "print" // a place on a list of who is sent something printed
	ActionTicket   ActionKind = "ticket"
	ActionLead     ActionKind = "lead"
	ActionPrompt   ActionKind = "prompt" // a word for who serves the customer in a store
	ActionSync     ActionKind = "sync"
)

// ActionCompleted says that a channel did what it was asked.
type ActionCompleted struct {
	// The action.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// When it was done.
	At time.Time `json:"at"`
	// Who did it for us.
	Provider string `json:"provider,omitempty" jsonschema:"example=smtp"`
	// The provider's own id of it.
	Reference string `json:"reference,omitempty"`
}

// Type is dev.redthread.action.completed.v1.
func (ActionCompleted) Type() string { return "dev.redthread.action.completed.v1" }

// ActionFailed says that a channel did not do what it was asked.
type ActionFailed struct {
	// The action.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// When it failed.
	At time.Time `json:"at"`
	// Who was to do it for us.
	Provider string `json:"provider,omitempty" jsonschema:"example=smtp"`
	// The provider's own id of it.
	Reference string `json:"reference,omitempty"`
	// Why.
	Reason string `json:"reason" jsonschema:"minLength=1,example=mailbox unavailable"`
	// That it will be tried again.
	Again bool `json:"again,omitempty"`
}

// Type is dev.redthread.action.failed.v1.
func (ActionFailed) Type() string { return "dev.redthread.action.failed.v1" }
