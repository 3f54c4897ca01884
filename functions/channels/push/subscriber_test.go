package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/channel/google/googletest"
)

// subscriber is a browser that has subscribed.
type subscriber struct {
	endpoint string
	private  *ecdh.PrivateKey
	auth     []byte
	key      string // the applicationServerKey it subscribed with
	got      []received
}

type received struct {
	header http.Header
	text   string
	size   int
}

// subscribe makes a browser at an endpoint.
func (s *sky) subscribe(endpoint, key string) *subscriber {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	require.NoError(s, err)
	b := &subscriber{endpoint: endpoint, private: private, auth: []byte("sixteen bytes..."), key: key}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[endpoint] = b
	return b
}

// token is the text that JSON.stringify makes of its PushSubscription.
func (b *subscriber) token() string {
	return fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":%q,"auth":%q}}`, b.endpoint,
		base64.RawURLEncoding.EncodeToString(b.private.PublicKey().Bytes()), base64.RawURLEncoding.EncodeToString(b.auth))
}

// take is what a push service checks (RFC 8030, RFC 8292), and a browser decrypts (RFC 8291).
func (b *subscriber) take(r *http.Request, body []byte) error {
	if len(body) > 4096 || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") == "" {
		return fmt.Errorf("%d bytes with %v", len(body), r.Header)
	}
	token, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	if key != b.key {
		return fmt.Errorf("k is %s, it subscribed with %s", key, b.key)
	}
	point, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return err
	}
	claims, err := googletest.Verified(token, func(alg string, digest, sum []byte) bool {
		return alg == "ES256" && len(sum) == 64 && ecdsa.Verify(public, digest, new(big.Int).SetBytes(sum[:32]), new(big.Int).SetBytes(sum[32:]))
	})
	if err != nil {
		return err
	}
	left := time.Until(time.Unix(int64(claims["exp"].(float64)), 0))
	if claims["aud"] != "https://"+r.Host || left <= 0 || left > 24*time.Hour || claims["sub"] != "mailto:ops@shop.example" {
		return fmt.Errorf("claims are %v", claims)
	}
	text, err := b.open(body)
	b.got = append(b.got, received{r.Header, string(text), len(body)})
	return err
}

// open decrypts as the browser does (RFC 8291, section 3.4).
func (b *subscriber) open(body []byte) ([]byte, error) {
	id, _, err := parted(body)
	if err != nil {
		return nil, err
	}
	theirs, err := ecdh.P256().NewPublicKey(id)
	if err != nil {
		return nil, err
	}
	secret, err := b.private.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	info := slices.Concat([]byte("WebPush: info\x00"), b.private.PublicKey().Bytes(), id, []byte{1})
	return opened(mac(mac(b.auth, secret), info), body)
}

func mac(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(text)
	return h.Sum(nil)
}

// parted splits the header of RFC 8188, section 2.1, off.
func parted(body []byte) (id, record []byte, err error) {
	if len(body) < 21 || len(body) < 21+int(body[20]) || len(body)-21-int(body[20]) > int(binary.BigEndian.Uint32(body[16:])) {
		return nil, nil, errors.New("not one record with a header")
	}
	return body[21 : 21+int(body[20])], body[21+int(body[20]):], nil
}

// opened decrypts a body of one record (RFC 8188, sections 2.2 and 2.3).
func opened(material, body []byte) ([]byte, error) {
	_, record, err := parted(body)
	if err != nil {
		return nil, err
	}
	prk := mac(body[:16], material)
	block, err := aes.NewCipher(mac(prk, []byte("Content-Encoding: aes128gcm\x00\x01"))[:16])
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := aead.Open(nil, mac(prk, []byte("Content-Encoding: nonce\x00\x01"))[:12], record, nil)
	if err != nil {
		return nil, err
	}
	text = []byte(strings.TrimRight(string(text), "\x00"))
	if len(text) == 0 || text[len(text)-1] != 2 {
		return nil, errors.New("the last record does not end in 2")
	}
	return text[:len(text)-1], nil
}
