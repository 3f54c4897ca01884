package events

// CataloguePlanned asks who is worth a printed catalogue.
type CataloguePlanned struct {
	Common
	// The catalogue.
	CatalogueID string `json:"catalogue_id" jsonschema:"minLength=1,example=autumn-2026"`
	// What print and postage of one costs.
	PrintAndPost Money `json:"print_and_post" jsonschema:"def=price"`
	// What all of them may cost, in the same currency; missing: no limit.
	Budget Money `json:"budget,omitzero" jsonschema:"def=price"`
	// The day it lies in the letter box.
	DropDate Date `json:"drop_date" jsonschema:"when=planned"`
	// Who is considered; missing: all.
	Segment string `json:"segment,omitempty"`
}

// Type is dev.redthread.catalogue.planned.v1.
func (CataloguePlanned) Type() string { return "dev.redthread.catalogue.planned.v1" }
