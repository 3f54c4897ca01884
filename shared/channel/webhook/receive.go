package webhook

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Receiver takes what the other end posts to us, signed with the same secret.
type Receiver struct{ check *standardwebhooks.Webhook }

// ErrForged says that a request was not signed with our secret, or not within the last
// five minutes.
var ErrForged = errors.New("webhook: not signed with the secret, or not just now")

// longestBody is how much of a request is read, in bytes.
const longestBody = 256 << 10

// Receive makes a receiver. The error names WEBHOOK_SECRET and what is expected.
func Receive(secret string) (*Receiver, error) {
	key, err := keyOf(secret)
	if err != nil {
		return nil, err
	}
	check, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		return nil, fmt.Errorf("WEBHOOK_SECRET: %w", err)
	}
	return &Receiver{check}, nil
}

// Read returns what was posted, at most 256 KiB, and its id, which is the same when it is
// posted again. It returns ErrForged unless the signature is good.
func (r *Receiver) Read(w http.ResponseWriter, req *http.Request) (id string, body []byte, err error) {
	body, err = io.ReadAll(http.MaxBytesReader(w, req.Body, longestBody))
	if err != nil {
		return "", nil, fmt.Errorf("webhook: read: %w", err)
	}
	id = req.Header.Get(standardwebhooks.HeaderWebhookID)
	if err := r.check.Verify(body, req.Header); err != nil || id == "" {
		return "", nil, ErrForged
	}
	return id, body, nil
}

// keyOf reads the secret, which the error does not show.
func keyOf(secret string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 {
		return nil, errors.New("WEBHOOK_SECRET is not as expected, whsec_ and 24 to 64 bytes in base64; make one with: echo whsec_$(openssl rand -base64 32)")
	}
	return key, nil
}
