package office

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"time"
)

// longest is how much a push service has to take (RFC 8030, section 7.2).
const longest = 4096

// push takes what is for a browser, as a push service does: from somebody who says by a
// signature who they are, and without being able to read it (RFC 8030, RFC 8292).
func (o *office) push(w http.ResponseWriter, r *http.Request) {
	sender, err := senderOf(r, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longest))
	if err != nil {
		http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		return
	}
	if r.Header.Get("TTL") == "" || r.Header.Get("Content-Encoding") != "aes128gcm" {
		http.Error(w, "expected a TTL, and a body in aes128gcm", http.StatusBadRequest)
		return
	}
	o.keep(Item{Kind: "push", ID: r.Header.Get("Topic"), To: r.PathValue("browser"), Sender: sender, Body: base64.StdEncoding.EncodeToString(body)})
	w.Header().Set("Location", "https://"+r.Host+"/messages/1")
	w.WriteHeader(http.StatusCreated)
}

// senderOf returns the public key of who asks, whose token is signed with it and is for here
// and now (RFC 8292, sections 2 and 3).
func senderOf(r *http.Request, now time.Time) (string, error) {
	token, key, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || len(parts) != 3 {
		return "", errors.New("expected Authorization: vapid t=TOKEN, k=KEY")
	}
	var raw [3][]byte // claims, signature, key
	for i, text := range []string{parts[1], parts[2], key} {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(text); err != nil {
			return "", fmt.Errorf("read the authorization: %w", err)
		}
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw[2])
	if err != nil {
		return "", fmt.Errorf("read the key: %w", err)
	}
	digest, sum := sha256.Sum256([]byte(parts[0]+"."+parts[1])), raw[1]
	if len(sum) != 64 || !ecdsa.Verify(public, digest[:], new(big.Int).SetBytes(sum[:32]), new(big.Int).SetBytes(sum[32:])) {
		return "", errors.New("the token is not signed with the key")
	}
	var claims struct {
		For   string `json:"aud"`
		Until int64  `json:"exp"`
		From  string `json:"sub"`
	}
	if err := json.Unmarshal(raw[0], &claims); err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	left := time.Unix(claims.Until, 0).Sub(now)
	if claims.For != "https://"+r.Host || left <= 0 || left > 24*time.Hour || claims.From == "" {
		return "", fmt.Errorf("the token is for %q, for another %s, of %q; expected https://%s, up to a day, and somebody to turn to", claims.For, left, claims.From, r.Host)
	}
	return key, nil
}
