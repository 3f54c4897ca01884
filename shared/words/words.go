// Package words is how the shop speaks: the brand, the texts of a flow in Danish, Swedish and
// English, the layout of an e-mail, the links in it, and how money and dates are written.
//
// A flow makes a Message when it decides; the message is kept in the action document; the channel
// turns it into an e-mail, a text message or a push. Nothing here reads a clock, a network or the
// environment, so the same message always gives the same mail.
package words

import "strings"

// Locales are the languages the suite speaks, as the first part of a BCP 47 tag.
var Locales = []string{"da", "sv", "en"}

// Locale gives the language of Locales to use for a customer's BCP 47 tag: "da-DK" gives "da".
// Norwegian (no, nb, nn) is answered in Danish, which is closest of the three. Any other language,
// or none, gives the fallback (a brand's own language); a fallback that is none of Locales gives "da".
func Locale(tag, fallback string) string {
	if known := language(tag); known != "" {
		return known
	}
	if known := language(fallback); known != "" {
		return known
	}
	return "da"
}

func language(tag string) string {
	first, _, _ := strings.Cut(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"), "-")
	switch first = strings.ToLower(first); first {
	case "da", "sv", "en":
		return first
	case "no", "nb", "nn":
		return "da"
	}
	return ""
}
