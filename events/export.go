package events

// ExportRequested asks for a copy of all that is held about a customer (GDPR,
// articles 15 and 20).
type ExportRequested struct {
	Common `jsonschema:"require=customer"`
	// Who asked.
	RequestedBy RequestedBy `json:"requested_by"`
	// Why, in the asker's words.
	Reason string `json:"reason,omitempty"`
	// The e-mail address the link to the copy is sent to: one of the customer's own or,
	// when an agent asks, who has made sure whose it is, any. Any other, and none, is
	// the customer's own.
	ReplyTo string `json:"reply_to,omitempty" jsonschema:"example=mette@example.dk"`
}

// Type is dev.redthread.export.requested.v1.
func (ExportRequested) Type() string { return "dev.redthread.export.requested.v1" }

// ExportCompleted is the receipt of an export.
type ExportCompleted struct {
	// The receipt's id, unique.
	ReceiptID string `json:"receipt_id" jsonschema:"minLength=1"`
	// How many documents are in it, by collection.
	Collections map[string]int `json:"collections" jsonschema:"minimum=0,maximum=1000000000000,maxProperties=100"`
	// Where it is: a signed link that expires.
	Location string `json:"location,omitempty"`
}

// Type is dev.redthread.export.completed.v1.
func (ExportCompleted) Type() string { return "dev.redthread.export.completed.v1" }
