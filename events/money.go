package events

// Money is an amount in a currency's minor unit, so that nothing is ever rounded.
type Money struct {
	// The amount in minor units (øre, cents); JPY and its like have none and count
	// whole units. Within ±10^12.
	Amount int64 `json:"amount" jsonschema:"minimum=-1000000000000,maximum=1000000000000,example=34900"`
	// The currency's code in ISO 4217.
	Currency string `json:"currency" jsonschema:"def=currency"`
}
