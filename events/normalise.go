package events

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// handles are the identifier types whose values are names on a social platform.
var handles = []string{
	IDInstagram, IDFacebook, IDX, IDTikTok, IDTrustpilot,
	"twitter", "threads", "bluesky", "mastodon", "youtube", "linkedin", "pinterest", "reddit", "snapchat",
}

// Normalise returns an identifier's value in the one form it is known by: an e-mail
// address trimmed, in lower case, its domain in ASCII (IDNA 2008, UTS 46); a phone
// number in E.164, read as one of defaultCountry (ISO 3166-1 alpha-2) when it names no
// country itself; a handle without @, in lower case; a loyalty card's number without
// spaces; a browser's push_token as Subscription.String has it; anything else trimmed. It returns ErrBlocked for a value that names nobody
// and ErrMalformed for one that is none of its type; neither error shows the value.
func Normalise(idType, value, defaultCountry string) (string, error) {
	value = strings.TrimSpace(value)
	if blocked(value) {
		return "", fmt.Errorf("identifier %s: %w", idType, ErrBlocked)
	}
	var err error
	switch {
	case idType == IDEmail:
		value, err = normaliseEmail(value)
	case idType == IDPhone:
		value, err = normalisePhone(value, defaultCountry)
	case idType == IDLoyaltyCard:
		value = strings.Join(strings.Fields(value), "")
	case idType == IDPushToken:
		value, err = normalisePushToken(value)
	case slices.Contains(handles, idType):
		value, err = normaliseHandle(value)
	}
	if err == nil && blocked(value) { // what is left may name nobody: @null
		err = ErrBlocked
	}
	if err != nil {
		return "", fmt.Errorf("identifier %s: %w", idType, err)
	}
	return value, nil
}

// nobody are values that systems write where they know no customer.
var nobody = []string{
	"null", "nil", "undefined", "unknown", "none", "(none)", "n/a", "nan", "not set", "(not set)", "anonymous", "guest",
	"test", "true", "false", "[object object]", "ukendt", "okänd", "ingen",
}

// blocked tells a value that names nobody: a word for it, or nothing but zeros and
// punctuation, like an advertising id that was switched off.
func blocked(value string) bool {
	if slices.Contains(nobody, strings.ToLower(value)) {
		return true
	}
	return strings.Trim(value, "0-_.:/+?*{}() ") == ""
}

// nobodysMail are mailboxes that are nobody's, whatever the domain.
var nobodysMail = []string{"test", "noreply", "no-reply", "donotreply", "null", "none", "unknown", "undefined", "anonymous", "guest"}

func normaliseEmail(value string) (string, error) {
	mailbox, domain, ok := cutLast(strings.ToLower(value), "@")
	if !ok || mailbox == "" || strings.ContainsAny(mailbox, ",;<>") || strings.ContainsFunc(mailbox, unicode.IsSpace) {
		return "", fmt.Errorf("%w: expected mailbox@domain", ErrMalformed)
	}
	if slices.Contains(nobodysMail, mailbox) {
		return "", ErrBlocked
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(domain, "."))
	if labels := strings.Split(ascii, "."); err != nil || len(labels) < 2 || slices.Contains(labels, "") {
		return "", fmt.Errorf("%w: what follows @ is no domain", ErrMalformed)
	}
	if len(mailbox)+1+len(ascii) > 254 { // RFC 5321, 4.5.3.1.3 less its angle brackets
		return "", fmt.Errorf("%w: longer than 254 bytes", ErrMalformed)
	}
	return mailbox + "@" + ascii, nil
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

func normaliseHandle(value string) (string, error) {
	handle := strings.ToLower(strings.TrimLeft(value, "@"))
	if handle == "" || strings.ContainsFunc(handle, unicode.IsSpace) {
		return "", fmt.Errorf("%w: expected a handle", ErrMalformed)
	}
	return handle, nil
}
