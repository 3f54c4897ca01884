package imports

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"redthread.dev/events"
)

// invent makes up an address for a customer who has none, with the sign-up and the
// consent that allow to write to it, at the first event that is seen of them. Ids
// hang on the customer alone: should the customer be forgotten and made up again,
// that is a duplicate.
func (o *out) invent(customer events.Identifiers, at time.Time) {
	if !o.options.Invent || customer[events.IDEmail] != "" {
		return
	}
	name := or(customer[events.IDCRM], or(customer[events.IDLogin], or(customer[events.IDCookie], customer[events.IDDevice])))
	if name == "" {
		return
	}
	if _, known := o.invented.get(name); known {
		return
	}
	o.invented.set(name, struct{}{})
	with := events.Identifiers{events.IDEmail: localPart(name) + "@example.com"}
	for idType, value := range customer {
		with[idType] = value
	}
	o.say("invented-signup-"+name, at, &events.CustomerSignedUp{
		Common: events.Common{Customer: with, Place: events.PlaceWeb}, Source: "invented"})
	o.say("invented-consent-"+name, at, &events.ConsentChanged{
		Common: events.Common{Customer: with, Place: events.PlaceWeb}, Channel: events.ConsentEmail,
		Purpose: events.PurposeMarketing, Granted: true,
		Text: "Made up by the import, for a simulation.", Evidence: events.Evidence{Form: "invented"}})
}

// localPart is the name as the part of an address before the @ (RFC 5321: 64 bytes).
func localPart(name string) string {
	plain := func(c rune) bool {
		return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
	}
	if len(name) <= 64 && !strings.ContainsFunc(name, func(c rune) bool { return !plain(c) }) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}
