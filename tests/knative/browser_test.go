package knative

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// browser is one that has subscribed to pushes, at the office's push service.
type browser struct {
	name    string
	private *ecdh.PrivateKey
	auth    []byte
}

func newBrowser(t *testing.T, name string) *browser {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := &browser{name: name, private: private, auth: make([]byte, 16)}
	rand.Read(b.auth) //nolint:errcheck // never returns an error
	return b
}

// token is the text that JSON.stringify makes of its PushSubscription.
func (b *browser) token() string {
	return fmt.Sprintf(`{"endpoint":"https://office.redthread.test/push/%s","expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, b.name,
		base64.RawURLEncoding.EncodeToString(b.private.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(b.auth))
}

// read decrypts a push as a browser does (RFC 8291, section 3.4; RFC 8188, section 2): salt,
// the record's size, the sender's key with its length before it, and the one record.
func (b *browser) read(t *testing.T, i item) string {
	t.Helper()
	body, err := base64.StdEncoding.DecodeString(i.Body)
	require.NoError(t, err)
	require.Greater(t, len(body), 21+65, "a header and more")
	salt, theirs, record := body[:16], body[21:21+65], body[21+65:]
	require.EqualValues(t, len(theirs), body[20])
	public, err := ecdh.P256().NewPublicKey(theirs)
	require.NoError(t, err)
	secret, err := b.private.ECDH(public)
	require.NoError(t, err)
	derive := func(secret, salt, info []byte, size int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, string(info), size)
		require.NoError(t, err)
		return key
	}
	material := derive(secret, b.auth, slices.Concat([]byte("WebPush: info\x00"), b.private.PublicKey().Bytes(), theirs), sha256.Size)
	block, err := aes.NewCipher(derive(material, salt, []byte("Content-Encoding: aes128gcm\x00"), 16))
	require.NoError(t, err)
	aead, err := cipher.NewGCM(block)
	require.NoError(t, err)
	text, err := aead.Open(nil, derive(material, salt, []byte("Content-Encoding: nonce\x00"), 12), record, nil)
	require.NoError(t, err, "the push is for this browser")
	return string(text)
}

// applicationServerKey is the one that the shop's pages subscribe browsers with.
func (c *cluster) applicationServerKey(t *testing.T) string {
	t.Helper()
	kept := c.kubectl(t, "get", "secret", "redthread-keys", "--namespace="+namespace, "--output=jsonpath={.data.VAPID_KEY}")
	text, err := base64.StdEncoding.DecodeString(kept)
	require.NoError(t, err)
	raw, err := hex.DecodeString(string(text))
	require.NoError(t, err)
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	require.NoError(t, err)
	public, err := key.PublicKey.Bytes()
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(public)
}
