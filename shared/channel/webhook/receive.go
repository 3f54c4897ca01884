package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Receiver takes what the other end posts to us, signed with one of its secrets.
type Receiver struct{ checks []*standardwebhooks.Webhook }

// ErrForged says that a request was not signed with our secret, or not within Tolerance.
// ErrUnsigned and ErrOld are kinds of it.
var (
	ErrForged   = errors.New("webhook: not signed with the secret, or not just now")
	ErrUnsigned = fmt.Errorf("%w: expected the headers webhook-id, webhook-timestamp and webhook-signature", ErrForged)
	ErrOld      = fmt.Errorf("%w: its time stamp is more than %s off", ErrForged, Tolerance)
)

// Tolerance is how far a signature's time stamp may be from this machine's time, as
// Standard Webhooks' library has it.
const Tolerance = 5 * time.Minute

// longestBody is how much of a request is read, in bytes.
const longestBody = 256 << 10

// Receive makes a receiver. The error names WEBHOOK_SECRET and what is expected.
func Receive(secret string) (*Receiver, error) {
	r, err := ReceiveAny(secret)
	if err != nil {
		return nil, fmt.Errorf("WEBHOOK_SECRET is %w", err)
	}
	return r, nil
}

// ReceiveAny makes a receiver of what is signed with any one of several secrets, while
// they are rotated. The error tells what is expected and shows none.
func ReceiveAny(secrets ...string) (*Receiver, error) {
	r := &Receiver{}
	for _, secret := range secrets {
		key, err := keyOf(secret)
		if err != nil {
			return nil, err
		}
		check, err := standardwebhooks.NewWebhookRaw(key)
		if err != nil {
			return nil, err
		}
		r.checks = append(r.checks, check)
	}
	return r, nil
}

// Read returns what was posted, at most 256 KiB, and its id, which is the same when it is
// posted again. It returns ErrForged unless the signature is good.
func (r *Receiver) Read(w http.ResponseWriter, req *http.Request) (id string, body []byte, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, req.Body, longestBody))
	if err != nil {
		return "", nil, fmt.Errorf("webhook: read: %w", err)
	}
	signed, err := r.Verify(req.Header, body)
	if err != nil {
		return "", nil, err
	}
	return signed.ID, body, nil
}

// Signed is what a good signature says of a body.
type Signed struct {
	ID string    // the same when it is posted again
	At time.Time // when it was signed, to the second: another one at each try
}

// Verify checks a body's signature, in constant time. It returns ErrForged unless it is
// good, and more closely ErrUnsigned or ErrOld.
func (r *Receiver) Verify(h http.Header, body []byte) (Signed, error) {
	var err error
	for _, check := range r.checks {
		if err = check.Verify(body, h); err == nil {
			return signed(h)
		}
	}
	switch {
	case errors.Is(err, standardwebhooks.ErrRequiredHeaders), errors.Is(err, standardwebhooks.ErrInvalidHeaders):
		return Signed{}, ErrUnsigned
	case errors.Is(err, standardwebhooks.ErrMessageTooOld), errors.Is(err, standardwebhooks.ErrMessageTooNew):
		return Signed{}, ErrOld
	}
	return Signed{}, ErrForged
}

// signed reads headers that are good. A number may be spelled in several ways, 7, 07 and
// +7, under one signature.
func signed(h http.Header) (Signed, error) {
	seconds, err := strconv.ParseInt(h.Get(standardwebhooks.HeaderWebhookTimestamp), 10, 64)
	if err != nil {
		return Signed{}, ErrUnsigned
	}
	return Signed{ID: h.Get(standardwebhooks.HeaderWebhookID), At: time.Unix(seconds, 0).UTC()}, nil
}

// keyOf reads the secret, which the error does not show.
func keyOf(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 {
		return nil, errors.New("not as expected, whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)")
	}
	return key, nil
}
