package words

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

var (
	// ErrForged is returned by Links.Open for a token that none of the keys signed for this purpose.
	ErrForged = errors.New("link was not signed by this shop for this purpose")
	// ErrExpired is returned by Links.Open, beside the claims, for a genuine token past its time.
	ErrExpired = errors.New("link has expired")
)

// Claims are what a signed link says about the customer who follows it. They can be read by
// anyone who has the link, so they hold ids, never addresses or names. Every field may be empty.
type Claims struct {
	Profile string // profile id
	Action  string // id of the action whose message has the link
	Flow    string
	Channel string // what to unsubscribe from, for instance
	URL     string // where a click is sent on to
}

// Links signs and opens the links in messages.
type Links struct {
	base string
	keys [][]byte
}

const (
	tokenVersion = 1
	macSize      = 16   // bytes kept of the HMAC; RFC 2104 §5 allows half
	maxToken     = 8192 // characters; longer ones are forged without a look
	minKey       = sha256.Size
)

// NewLinks makes links below base, an absolute http or https URL without query. The first key
// signs and all keys open, so that a key is rotated by putting a new one in front. RFC 2104 §3
// discourages keys shorter than the hash; fewer than 32 bytes are an error.
func NewLinks(base string, keys [][]byte) (Links, error) {
	if err := wantURL("base URL", base); err != nil {
		return Links{}, fmt.Errorf("links: %w", err)
	}
	if strings.ContainsAny(base, "?#") {
		return Links{}, fmt.Errorf("links: base URL is %q, expected one without query and fragment", base)
	}
	if len(keys) == 0 {
		return Links{}, errors.New("links: no signing key, want at least one of 32 bytes")
	}
	for i, k := range keys {
		if len(k) < minKey {
			return Links{}, fmt.Errorf("links: key %d has %d bytes, want at least %d", i, len(k), minKey)
		}
	}
	return Links{base: strings.TrimRight(base, "/"), keys: keys}, nil
}

// Sign gives the URL base/path?t=token. The token opens only for the same purpose and until
// expires, to the second.
func (l Links) Sign(path, purpose string, claims Claims, expires time.Time) string {
	return l.base + "/" + strings.TrimLeft(path, "/") + "?t=" + url.QueryEscape(l.Token(purpose, claims, expires))
}

// Token is the signed part of a link alone, for those who build the URL themselves.
// It is base64url (RFC 4648 §5) of version, expiry, claims and a truncated HMAC-SHA-256.
func (l Links) Token(purpose string, claims Claims, expires time.Time) string {
	body := binary.AppendUvarint([]byte{tokenVersion}, uint64(max(expires.Unix(), 0)))
	for _, claim := range claims.fields() {
		body = binary.AppendUvarint(body, uint64(len(*claim)))
		body = append(body, *claim...)
	}
	return base64.RawURLEncoding.EncodeToString(append(body, seal(l.keys[0], purpose, body)...))
}

// Open gives the claims of a token. It returns ErrForged for anything that was not signed with
// one of the keys for this purpose, and ErrExpired, with the claims, once now is past the
// expiry: an old link to a product may still lead there.
func (l Links) Open(purpose, token string, now time.Time) (Claims, error) {
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") { // the decoder skips line breaks
		return Claims{}, ErrForged
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < macSize {
		return Claims{}, ErrForged
	}
	body, mac := raw[:len(raw)-macSize], raw[len(raw)-macSize:]
	if !l.sealed(purpose, body, mac) {
		return Claims{}, ErrForged
	}
	claims, expires, ok := readClaims(body)
	switch {
	case !ok:
		return Claims{}, ErrForged
	case now.Unix() > expires:
		return claims, ErrExpired
	}
	return claims, nil
}

func (l Links) sealed(purpose string, body, mac []byte) bool {
	found := false
	for _, key := range l.keys { // all of them, so that time does not tell which key it was
		found = hmac.Equal(mac, seal(key, purpose, body)) || found
	}
	return found
}

// seal prefixes the purpose with its length, so that no purpose can borrow bytes from the body.
func seal(key []byte, purpose string, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(binary.AppendUvarint(nil, uint64(len(purpose))))
	h.Write([]byte(purpose))
	h.Write(body)
	return h.Sum(nil)[:macSize]
}

func (c *Claims) fields() [5]*string {
	return [5]*string{&c.Profile, &c.Action, &c.Flow, &c.Channel, &c.URL}
}

func readClaims(body []byte) (c Claims, expires int64, ok bool) {
	if len(body) == 0 || body[0] != tokenVersion {
		return c, 0, false
	}
	seconds, n := binary.Uvarint(body[1:])
	if n <= 0 {
		return c, 0, false
	}
	body = body[1+n:]
	for _, claim := range c.fields() {
		size, n := binary.Uvarint(body)
		if n <= 0 || size > uint64(len(body)-n) {
			return Claims{}, 0, false
		}
		*claim = string(body[n : n+int(size)])
		body = body[n+int(size):]
	}
	return c, int64(seconds), len(body) == 0
}
