package events

import "time"

// NewsletterPlanned asks for a newsletter with each customer's own offers.
type NewsletterPlanned struct {
	Common
	// The newsletter.
	NewsletterID string `json:"newsletter_id" jsonschema:"minLength=1,example=2026-w12"`
	// When it goes out.
	SendAt time.Time `json:"send_at" jsonschema:"when=planned"`
	// Its subject line.
	Subject string `json:"subject" jsonschema:"minLength=1,maxLength=998"`
	// How many offers fit in.
	Slots int `json:"slots" jsonschema:"minimum=1,maximum=50"`
	// Who it goes to; missing: all who consented.
	Segment string `json:"segment,omitempty"`
}

// Type is dev.redthread.newsletter.planned.v1.
func (NewsletterPlanned) Type() string { return "dev.redthread.newsletter.planned.v1" }
