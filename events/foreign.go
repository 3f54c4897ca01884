package events

// Foreign is what is read of an event whose type is not of this vocabulary: whom it
// is about. Its other fields are the shop's own, kept and passed on.
type Foreign struct {
	// Who it is about: identifier type to value, 1 to 20.
	Customer Identifiers `json:"customer"`
}
