package events

import (
	"crypto/sha256"
	"encoding/base64"
)

// Hash names an event by what CloudEvents says makes it one: its source and id.
// It is the id of the event's journal entry, and the cause of what is decided on
// it; 22 letters, digits, - and _.
func Hash(e Event) string { return HashOf(e.Source(), e.ID()) }

// HashOf is Hash of the event with the given source and id.
func HashOf(source, id string) string {
	sum := sha256.Sum256([]byte(source + "\x00" + id))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
