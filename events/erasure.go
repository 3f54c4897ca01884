package events

// ErasureRequested asks to erase all that is held about a customer (GDPR, article 17).
type ErasureRequested struct {
	Common `jsonschema:"require=customer"`
	// Who asked.
	RequestedBy RequestedBy `json:"requested_by"`
	// Why, in the asker's words.
	Reason string `json:"reason,omitempty"`
	// The e-mail address for the receipt, if one is wanted.
	ReplyTo string `json:"reply_to,omitempty" jsonschema:"example=mette@example.dk"`
}

// Type is dev.redthread.erasure.requested.v1.
func (ErasureRequested) Type() string { return "dev.redthread.erasure.requested.v1" }

// RequestedBy is who asked for an erasure or an export.
type RequestedBy string

// Those who can ask for an erasure or an export.
const (
	RequestedByCustomer RequestedBy = "customer"
	RequestedByAgent    RequestedBy = "agent"
)

// ErasureCompleted is the receipt of an erasure. It holds no personal data.
type ErasureCompleted struct {
	// The receipt's id, unique.
	ReceiptID string `json:"receipt_id" jsonschema:"minLength=1"`
	// How many documents were erased, by collection.
	Collections map[string]int `json:"collections" jsonschema:"minimum=0,maximum=1000000000000,maxProperties=100"`
}

// Type is dev.redthread.erasure.completed.v1.
func (ErasureCompleted) Type() string { return "dev.redthread.erasure.completed.v1" }
