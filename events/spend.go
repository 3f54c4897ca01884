package events

// SpendRecorded is what was spent on a channel over some days. Its campaign, if it
// names one, is the one the money went to.
type SpendRecorded struct {
	Common
	// The channel.
	Channel string `json:"channel" jsonschema:"minLength=1,example=google_ads"`
	// The flow it was spent for.
	Flow string `json:"flow,omitempty"`
	// How much; below 0 for a credit.
	Amount Money `json:"amount"`
	// The first day.
	From Date `json:"from"`
	// The last day, included.
	To Date `json:"to"`
}

// Type is dev.redthread.spend.recorded.v1.
func (SpendRecorded) Type() string { return "dev.redthread.spend.recorded.v1" }
