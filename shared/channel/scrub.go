package channel

import (
	"regexp"
	"strings"
	"sync"

	"redthread.dev/shared/profile"
)

// longestReason is how many bytes of what a provider says are kept.
const longestReason = 300

// personal is what may name a customer whom we do not know by it: an e-mail address,
// a phone number, a hash of either, a push token. It is compiled when something is first
// said, as most programs that have it start without need of it.
var personal = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`[^\s<>"',;:()\[\]]+@[^\s<>"',;:()\[\]]+|\+?\d{8,}|\b[A-Za-z0-9_-]{32,}\b`)
})

// scrub takes out of what a provider says all that would name the customer, so that
// it can be kept, logged and sent on.
func scrub(text string, p *profile.Profile) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	for _, i := range p.Identifiers {
		if len(i.Value) >= 3 {
			text = replaceFold(text, i.Value)
		}
	}
	text = personal().ReplaceAllString(text, "…")
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "…"
	}
	return text
}

// replaceFold replaces value in text by an ellipsis, in upper case or lower.
func replaceFold(text, value string) string {
	return regexp.MustCompile(`(?i)`+regexp.QuoteMeta(value)).ReplaceAllLiteralString(text, "…")
}
