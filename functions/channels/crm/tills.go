package crm

import (
	"context"
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/action"
	"redthread.dev/shared/channel"
	"redthread.dev/shared/function"
)

// tills show prompts to those who serve customers in stores.
type tills struct{ place }

// prompt is what the system of the tills gets.
type prompt struct {
	ID      string    `json:"prompt_id"`
	Kind    string    `json:"kind"` // what is told: prompt
	Flow    string    `json:"flow"`
	Profile string    `json:"profile"`        // whom it is about
	At      time.Time `json:"at"`             // when it was decided
	Until   time.Time `json:"until,omitzero"` // from when on it is of no use
	action.Prompt
	Customer served `json:"customer"`
}

// served is who is to be spoken to.
type served struct {
	FirstName   string            `json:"first_name,omitempty"`
	Identifiers map[string]string `json:"identifiers"` // by which tills know them
}

func (s *tills) Send(ctx context.Context, d channel.Delivery) (channel.Receipt, error) {
	receipt := channel.Receipt{Reference: d.Key()}
	p := d.Action.Content.Prompt
	if p == nil {
		return receipt, function.Neverf("the action holds no prompt")
	}
	return receipt, s.tell(ctx, d.Key(), prompt{ID: d.Key(), Kind: string(events.ActionPrompt), Flow: d.Action.Flow, Profile: d.Profile.ID,
		At: d.Action.Created.UTC(), Until: d.Action.Until, Prompt: *p, Customer: served{d.Profile.FirstName(), names(d.Profile)}})
}
