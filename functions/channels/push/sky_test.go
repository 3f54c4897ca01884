package push

import (
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sky is all hosts of the web at once: push services that check who asks and decrypt what
// they are given, as a browser does, and Google's. It is an http.RoundTripper to reach them
// by. What it checks with it has from the RFCs, not from the channel.
type sky struct {
	*testing.T
	http.RoundTripper
	google *rsa.PrivateKey // of the service account

	mu       sync.Mutex
	browsers map[string]*subscriber // by endpoint
	apps     []map[string]any       // what FCM was asked to send
	tokens   int                    // that Google handed out
	asked    []string               // hosts, in order
	answers  []http.HandlerFunc     // to what is asked next, before all else
}

func openSky(t *testing.T) *sky {
	s := &sky{T: t, browsers: map[string]*subscriber{}}
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	web := server.Client().Transport.(*http.Transport).Clone()
	web.TLSClientConfig = &tls.Config{RootCAs: web.TLSClientConfig.RootCAs, ServerName: "example.com"}
	web.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	s.RoundTripper = web
	var err error
	s.google, err = google()
	require.NoError(t, err)
	return s
}

// google is the key of all tests' service account, as it takes a while to make.
var google = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// account is the key of a service account, as Google hands it out.
func (s *sky) account() string {
	der, err := x509.MarshalPKCS8PrivateKey(s.google)
	require.NoError(s, err)
	text, err := json.Marshal(map[string]string{"type": "service_account", "project_id": "traad-trae", "private_key_id": "k-1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": "push@traad-trae.iam.gserviceaccount.com", "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com"})
	require.NoError(s, err)
	return string(text)
}

// ServeHTTP implements http.Handler.
func (s *sky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Host)
	if len(s.answers) > 0 && r.Host != "oauth2.googleapis.com" {
		answer := s.answers[0]
		s.answers = s.answers[1:]
		answer(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.serve(w, r, body)
	}
	if err != nil {
		s.Errorf("%s %s: %v", r.Host, r.URL.Path, err)
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *sky) serve(w http.ResponseWriter, r *http.Request, body []byte) error {
	switch {
	case r.Method != http.MethodPost:
		return fmt.Errorf("it is a %s", r.Method)
	case r.Host == "oauth2.googleapis.com":
		return s.signIn(w, r, body)
	case strings.HasPrefix(r.URL.Path, "/v1/projects/"):
		return s.message(w, r, body)
	}
	b := s.browsers["https://"+r.Host+r.URL.RequestURI()]
	if b == nil {
		http.Error(w, `{"reason":"Unregistered"}`, http.StatusGone)
		return nil
	}
	w.Header().Set("Location", "https://"+r.Host+"/message/1")
	w.WriteHeader(http.StatusCreated)
	return b.take(r, body)
}

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
	claims, err := verified(token, func(alg string, digest, sum []byte) bool {
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

// verified returns the claims of a JWT (RFC 7519) whose signature is good.
func verified(token string, good func(alg string, digest, sum []byte) bool) (claims map[string]any, err error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("%q is no JWT", token)
	}
	var raw [3][]byte
	for i, part := range parts {
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			return nil, err
		}
	}
	var header struct{ Alg, Typ, Kid string }
	if err := errors.Join(json.Unmarshal(raw[0], &header), json.Unmarshal(raw[1], &claims)); err != nil {
		return nil, err
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if header.Typ != "JWT" || !good(header.Alg, digest[:], raw[2]) {
		return nil, fmt.Errorf("the signature is not good: %+v", header)
	}
	return claims, nil
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

// signIn is Google's token endpoint (RFC 7523).
func (s *sky) signIn(w http.ResponseWriter, r *http.Request, body []byte) error {
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if err := r.ParseForm(); err != nil || r.PostForm.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		return fmt.Errorf("form is %v: %w", r.PostForm, err)
	}
	claims, err := verified(r.PostForm.Get("assertion"), func(alg string, digest, sum []byte) bool {
		return alg == "RS256" && rsa.VerifyPKCS1v15(&s.google.PublicKey, crypto.SHA256, digest, sum) == nil
	})
	if err != nil {
		return err
	}
	if claims["iss"] != "push@traad-trae.iam.gserviceaccount.com" || claims["aud"] != "https://oauth2.googleapis.com/token" ||
		claims["scope"] != "https://www.googleapis.com/auth/firebase.messaging" || claims["exp"].(float64)-claims["iat"].(float64) > 3600 {
		return fmt.Errorf("claims are %v", claims)
	}
	s.tokens++
	fmt.Fprintf(w, `{"access_token":"ya29.token-%d","expires_in":3599,"token_type":"Bearer"}`, s.tokens)
	return nil
}

// message is FCM's method projects.messages.send.
func (s *sky) message(w http.ResponseWriter, r *http.Request, body []byte) error {
	if r.URL.Path != "/v1/projects/traad-trae/messages:send" || r.Host != "fcm.googleapis.com" {
		return errors.New("there is no such method")
	}
	if r.Header.Get("Authorization") != fmt.Sprintf("Bearer ya29.token-%d", s.tokens) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":{"code":401,"message":"Request had invalid authentication credentials.","status":"UNAUTHENTICATED"}}`)
		return nil
	}
	var asked map[string]any
	if err := errors.Join(json.Unmarshal(body, &asked), published(s.T, "SendMessageRequest", body)); err != nil {
		return err
	}
	s.apps = append(s.apps, asked["message"].(map[string]any))
	fmt.Fprintf(w, `{"name":"projects/traad-trae/messages/%d"}`, len(s.apps))
	return nil
}

// next has what is asked next answered so.
func (s *sky) next(status int, body string, headers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}
