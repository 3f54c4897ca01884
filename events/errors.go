package events

import "errors"

// The reasons for which an event or an identifier is refused; use errors.Is.
var (
	// ErrUnknownType says that the vocabulary has no such type of event.
	ErrUnknownType = errors.New("unknown event type")
	// ErrBlocked says that an identifier's value names nobody: null, unknown, a test
	// address, all zeros.
	ErrBlocked = errors.New("blocked identifier")
	// ErrMalformed says that an identifier's value is none of its type.
	ErrMalformed = errors.New("malformed identifier")
)
