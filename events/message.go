package events

// MessageOpened says that a message we sent was opened.
type MessageOpened struct {
	Common
	// The action that sent it.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// Who noticed.
	Provider string `json:"provider,omitempty" jsonschema:"example=ses"`
}

// Type is dev.redthread.message.opened.v1.
func (MessageOpened) Type() string { return "dev.redthread.message.opened.v1" }

// MessageClicked says that a link in a message we sent was followed.
type MessageClicked struct {
	Common
	// The action that sent it.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// Where the link leads.
	Link string `json:"link,omitempty"`
	// Who noticed.
	Provider string `json:"provider,omitempty" jsonschema:"example=ses"`
}

// Type is dev.redthread.message.clicked.v1.
func (MessageClicked) Type() string { return "dev.redthread.message.clicked.v1" }

// MessageBounced says that a message we sent could not be delivered.
type MessageBounced struct {
	Common
	// The action that sent it.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// Whether there is any point in trying again; missing: soft.
	Kind BounceKind `json:"kind,omitempty"`
	// What the receiving server said.
	Reason string `json:"reason,omitempty"`
	// Who noticed.
	Provider string `json:"provider,omitempty" jsonschema:"example=ses"`
	// Which address it was, hashed, if only that one is no good: one of several devices. Missing: the channel is shut.
	Address string `json:"address,omitempty"`
}

// Type is dev.redthread.message.bounced.v1.
func (MessageBounced) Type() string { return "dev.redthread.message.bounced.v1" }

// BounceKind tells an address that does not exist from a full mailbox.
type BounceKind string

// The kinds of bounce: hard is for good, soft may pass.
const (
	BounceHard BounceKind = "hard"
	BounceSoft BounceKind = "soft"
)

// MessageComplained says that a customer called a message we sent spam.
type MessageComplained struct {
	Common
	// The action that sent it.
	ActionID string `json:"action_id" jsonschema:"minLength=1"`
	// Who noticed.
	Provider string `json:"provider,omitempty" jsonschema:"example=ses"`
}

// Type is dev.redthread.message.complained.v1.
func (MessageComplained) Type() string { return "dev.redthread.message.complained.v1" }
