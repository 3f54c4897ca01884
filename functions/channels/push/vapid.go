package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// vapid tells push services who we are (RFC 8292).
type vapid struct {
	signer  jose.Signer
	subject string
	public  string // what browsers call the applicationServerKey

	mu   sync.Mutex
	kept map[string]token // by origin
}

// token is a header, and when what it says ends.
type token struct {
	header string
	until  time.Time
}

func newVAPID(key, subject string) (*vapid, error) {
	private, err := readKey(key)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(subject)
	if err != nil || !reachable(u) {
		return nil, fmt.Errorf("VAPID_SUBJECT is %q, expected where push services turn to if something is wrong, "+
			"mailto:ops@shop.example or https://shop.example", u.Redacted())
	}
	public, err := private.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, new(jose.SignerOptions).WithType("JWT"))
	return &vapid{signer: signer, subject: subject, public: base64.RawURLEncoding.EncodeToString(public), kept: map[string]token{}}, err
}

// readKey reads the private key, which the error does not show: a number as openssl rand
// -hex 32 makes it, or as the tools of Web Push write it.
func readKey(text string) (*ecdsa.PrivateKey, error) {
	raw, err := hex.DecodeString(text)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	if err == nil {
		var key *ecdsa.PrivateKey
		if key, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("VAPID_KEY is not as expected, a private key of P-256, 32 bytes in hex or base64url; make one with: openssl rand -hex 32")
}

// reachable tells whether somebody may be there: Apple refuses a subject that names no
// domain of the web.
func reachable(subject *url.URL) bool {
	if subject.Scheme == "mailto" {
		a, err := mail.ParseAddress(subject.Opaque)
		return err == nil && a.Address == subject.Opaque && strings.Contains(a.Address[strings.LastIndex(a.Address, "@"):], ".")
	}
	return subject.Scheme == "https" && subject.User == nil && strings.Contains(subject.Hostname(), ".")
}

// good is how long a push service may believe a token: at most a day (RFC 8292, section 2).
// It is used for half of that, so that the push service need not check each anew.
const good = 12 * time.Hour

// mostOrigins bounds the tokens that are kept: a service may have any number of hosts.
const mostOrigins = 100

// authorization is the header for an endpoint (RFC 8292, section 3). It is of the machine's
// time, as push services have no other.
func (v *vapid) authorization(endpoint *url.URL) (string, error) {
	origin, now := endpoint.Scheme+"://"+endpoint.Host, time.Now()
	v.mu.Lock()
	defer v.mu.Unlock()
	if t := v.kept[origin]; t.until.Sub(now) > good/2 {
		return t.header, nil
	}
	until := now.Add(good)
	text, err := jwt.Signed(v.signer).Claims(map[string]any{"aud": origin, "exp": until.Unix(), "sub": v.subject}).Serialize()
	if err != nil {
		return "", err
	}
	if len(v.kept) >= mostOrigins {
		clear(v.kept)
	}
	v.kept[origin] = token{"vapid t=" + text + ", k=" + v.public, until}
	return v.kept[origin].header, nil
}
