package events

import (
	"crypto/sha256"
	"encoding/base64"
)

// Hash names an event by what CloudEvents says makes it one: its source and id.
// It is the id of the event's journal entry, and the cause of what is decided on
// it; 22 letters, digits, - and _.
func Hash(e Event) string {
	sum := sha256.Sum256([]byte(e.Source() + "\x00" + e.ID()))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
