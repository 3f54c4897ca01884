package events

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
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

// Tag is how errors and logs call an event: its type and Hash, "basket.updated.v1
// 5hG…". Its id and source are left out: shops make them of orders, logins and e-mail
// addresses.
func Tag(e Event) string { return Kind(e.Type()) + " " + Hash(e) }

// Kind is an event type as errors and logs show it: without Prefix, at most 100
// characters long, and of none but printable ones, as anything may be sent for a type.
// One with an @ is "…": it may be an address.
func Kind(eventType string) string {
	if strings.Contains(eventType, "@") {
		return "…"
	}
	printable := func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}
	return fmt.Sprintf("%.100s", strings.Map(printable, Short(eventType)))
}
