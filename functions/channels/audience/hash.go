package audience

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// user is a customer as advertisers match them: SHA-256 in lower-case hex, without salt.
//
// Google Customer Match wants e-mail addresses trimmed and in lower case, and phone
// numbers in E.164 with the + (Google Ads API, "Get started with Customer Match",
// Prepare the data; Google Ads Help 7476159). Dots in a gmail.com mailbox stay: that
// they go is a rule of enhanced conversions, not of Customer Match. Meta wants the same
// addresses, but of phone numbers the digits alone, calling code first (Marketing API,
// Customer File Custom Audiences, Hashing and normalization); so does TikTok.
type user struct {
	Email  string `json:"email_sha256,omitempty"`
	Phone  string `json:"phone_sha256,omitempty"`        // of +4512345678
	Digits string `json:"phone_digits_sha256,omitempty"` // of 4512345678
}

// users names a customer by what they used last. Who leaves is named by all that we
// know, as they may have entered under an older name.
func users(c *profile.Profile, all bool) []user {
	var emails, phones []string
	for _, i := range c.Identifiers { // the last used first
		switch i.Type {
		case events.IDEmail:
			emails = append(emails, i.Value)
		case events.IDPhone:
			phones = append(phones, i.Value)
		}
	}
	n := max(len(emails), len(phones))
	if !all {
		n = min(n, 1)
	}
	out := make([]user, n)
	for i := range out {
		if i < len(emails) {
			out[i].Email = hash(strings.ToLower(strings.TrimSpace(emails[i])))
		}
		if i < len(phones) {
			out[i].Phone, out[i].Digits = hash(phones[i]), hash(strings.TrimPrefix(phones[i], "+"))
		}
	}
	return out
}

func hash(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}
