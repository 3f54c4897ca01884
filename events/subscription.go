package events

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// Subscription is where a browser takes pushes, and the keys they are encrypted to (W3C
// Push API; RFC 8291, section 2). As a push_token it is the JSON text that a browser makes
// of its PushSubscription.
type Subscription struct {
	Endpoint *url.URL        // https, a host of the public web by its name, the usual port
	Key      *ecdh.PublicKey // p256dh: a point on P-256
	Auth     []byte          // 16 bytes
}

// subscribed is the JSON of a PushSubscription, less what does not tell one from another.
type subscribed struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// ReadSubscription reads a push_token that is a browser's. The error is ErrMalformed, also
// for an endpoint that is no address of the public web: anybody can name one.
func ReadSubscription(token string) (Subscription, error) {
	var in subscribed
	if err := json.Unmarshal([]byte(token), &in); err != nil {
		return Subscription{}, fmt.Errorf("%w: expected the JSON of a PushSubscription", ErrMalformed)
	}
	endpoint, ok := publicAddress(in.Endpoint)
	if !ok {
		return Subscription{}, fmt.Errorf("%w: endpoint is no https address of the public web", ErrMalformed)
	}
	point, err := unpadded(in.Keys.P256dh)
	if err != nil {
		return Subscription{}, fmt.Errorf("%w: keys.p256dh is not base64url", ErrMalformed)
	}
	key, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return Subscription{}, fmt.Errorf("%w: keys.p256dh is no point on P-256", ErrMalformed)
	}
	auth, err := unpadded(in.Keys.Auth)
	if err != nil || len(auth) != authSize {
		return Subscription{}, fmt.Errorf("%w: keys.auth is not %d bytes in base64url", ErrMalformed, authSize)
	}
	return Subscription{endpoint, key, auth}, nil
}

// authSize is that of the authentication secret, in bytes (RFC 8291, section 3.2).
const authSize = 16

func unpadded(text string) ([]byte, error) {
	return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
}

// publicAddress reads an https URL that leads to a name with a dot in it, at the usual port.
func publicAddress(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Opaque != "" || u.Port() != "" && u.Port() != "443" {
		return nil, false
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil || host != u.Hostname() || !strings.Contains(strings.Trim(host, "."), ".") {
		return nil, false
	}
	_, err = netip.ParseAddr(host)
	last := host[strings.LastIndex(host, ".")+1:]
	return u, err != nil && strings.Trim(last, "0123456789") != "" // 127.1 is an address to some
}

// String returns the one form of the JSON text, by which the subscription is known.
func (s Subscription) String() string {
	out := subscribed{Endpoint: s.Endpoint.String()}
	out.Keys.P256dh = base64.RawURLEncoding.EncodeToString(s.Key.Bytes())
	out.Keys.Auth = base64.RawURLEncoding.EncodeToString(s.Auth)
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	if err := to.Encode(out); err != nil {
		panic(err) // three texts always encode
	}
	return strings.TrimSpace(b.String())
}

// normalisePushToken takes a browser's subscription, or an app's registration token.
func normalisePushToken(value string) (string, error) {
	if strings.HasPrefix(value, "{") {
		s, err := ReadSubscription(value)
		if err != nil {
			return "", err
		}
		return s.String(), nil
	}
	if len(value) < minToken || strings.ContainsFunc(value, func(r rune) bool { return !strings.ContainsRune(tokenCharacters, r) }) {
		return "", fmt.Errorf("%w: expected a registration token of FCM, or the JSON of a PushSubscription", ErrMalformed)
	}
	return value, nil
}

// FCM does not say what its tokens look like. Those that are seen have some 140 to 200 of
// these characters.
const (
	minToken        = 32
	tokenCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:."
)
