package push

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

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
