package events

// SegmentChanged says that a customer came into or left a segment.
type SegmentChanged struct {
	Common
	// The segment.
	Segment string `json:"segment" jsonschema:"minLength=1,example=ambassador"`
	// True: came in. False: left.
	Entered bool `json:"entered"`
	// The figure that decided it, in the segment's own unit.
	Score float64 `json:"score,omitempty"`
}

// Type is dev.redthread.segment.changed.v1.
func (SegmentChanged) Type() string { return "dev.redthread.segment.changed.v1" }
