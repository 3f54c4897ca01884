package audience

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"redthread.dev/events"
	"redthread.dev/shared/profile"
)

// names are what a customer may be known by to advertisers, the last used first.
type names struct{ emails, phones []string }

// of names a customer by what they used last. Who leaves is named by all that we know, as
// they may have entered under an older name.
func of(c *profile.Profile, all bool) (n names) {
	for _, i := range c.Identifiers { // the last used first
		switch {
		case i.Type == events.IDEmail && (all || len(n.emails) == 0):
			n.emails = append(n.emails, i.Value)
		case i.Type == events.IDPhone && (all || len(n.phones) == 0):
			n.phones = append(n.phones, i.Value)
		}
	}
	return n
}

func (n names) none() bool { return len(n.emails)+len(n.phones) == 0 }

// user is a customer as a webhook's end or the reader of a file matches them: with what
// Meta and TikTok ask for, and Google of lists that are uploaded by hand (Google Ads Help
// 7476159).
type user struct {
	Email  string `json:"email_sha256,omitempty"`
	Phone  string `json:"phone_sha256,omitempty"`        // of +4512345678
	Digits string `json:"phone_digits_sha256,omitempty"` // of 4512345678
}

func (n names) users() []user {
	out := make([]user, max(len(n.emails), len(n.phones)))
	for i := range out {
		if i < len(n.emails) {
			out[i].Email = hash(plain(n.emails[i]))
		}
		if i < len(n.phones) {
			out[i].Phone, out[i].Digits = hash(e164(n.phones[i])), hash(digits(n.phones[i]))
		}
	}
	return out
}

// plain is an e-mail address as Meta has it hashed: no white space around it, in lower
// case (Customer File Custom Audiences, "Hashing and normalization for multi-key").
func plain(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// boxed is an e-mail address as Google's Data Manager API has it hashed: without white
// space, in lower case; of a mailbox at gmail.com or googlemail.com without its dots, and
// without what follows a plus (Data Manager API, "Format user data", email_address).
func boxed(address string) string {
	address = strings.ToLower(strings.Join(strings.Fields(address), ""))
	at := strings.LastIndexByte(address, '@')
	if host := address[at+1:]; at < 0 || host != "gmail.com" && host != "googlemail.com" {
		return address
	}
	box, _, _ := strings.Cut(address[:at], "+")
	return strings.ReplaceAll(box, ".", "") + address[at:]
}

// digits is a phone number as Meta has it hashed: calling code first, without symbols,
// letters and leading zeros (likewise).
func digits(phone string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone), "0")
}

// e164 is a phone number as Google has it hashed: + and digits (likewise, phone_number).
func e164(phone string) string { return "+" + digits(phone) }

// hash is SHA-256 in lower-case hex, without salt: what every advertiser matches by.
func hash(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}
