package events

// ServiceContacted says that a customer turned to customer service.
type ServiceContacted struct {
	Common
	// The contact, the same until it is resolved.
	ContactID string `json:"contact_id" jsonschema:"minLength=1,example=c-881"`
	// How they came.
	Channel ServiceChannel `json:"channel"`
	// What it is about.
	Topic string `json:"topic,omitempty" jsonschema:"example=delivery"`
	// What they said or wrote.
	Text string `json:"text,omitempty" jsonschema:"maxLength=65536"`
	// Who took it.
	AgentID string `json:"agent_id,omitempty"`
	// The order it is about.
	OrderID string `json:"order_id,omitempty"`
}

// Type is dev.redthread.service.contacted.v1.
func (ServiceContacted) Type() string { return "dev.redthread.service.contacted.v1" }

// ServiceChannel is how a customer came to customer service.
type ServiceChannel string

// The ways to customer service.
const (
	ServicePhone  ServiceChannel = "phone"
	ServiceChat   ServiceChannel = "chat"
	ServiceEmail  ServiceChannel = "email"
	ServiceSocial ServiceChannel = "social"
	ServiceStore  ServiceChannel = "store"
)

// ServiceResolved says that customer service is done with a contact or a ticket;
// it names one of them, or both.
type ServiceResolved struct {
	Common `jsonschema:"anyof=contact_id ticket_id"`
	// The contact.
	ContactID string `json:"contact_id,omitempty" jsonschema:"minLength=1"`
	// The ticket.
	TicketID string `json:"ticket_id,omitempty" jsonschema:"minLength=1"`
	// What came of it.
	Resolution string `json:"resolution,omitempty" jsonschema:"example=refunded"`
	// How content the customer was: 1 (not at all) to 5.
	CSAT int `json:"csat,omitempty" jsonschema:"minimum=1,maximum=5"`
	// How long it took, in minutes of work.
	Minutes float64 `json:"minutes,omitempty" jsonschema:"minimum=0,maximum=1000000"`
}

// Type is dev.redthread.service.resolved.v1.
func (ServiceResolved) Type() string { return "dev.redthread.service.resolved.v1" }
