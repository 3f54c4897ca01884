// Package topictest plays Amazon SNS to an endpoint that listens to a topic: it signs
// what it posts with a certificate of its own making, and hands that out where Amazon
// would.
package topictest

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ARN is the topic that is played, and Home the host where it lives.
const (
	ARN  = "arn:aws:sns:eu-north-1:123456789012:redthread"
	Home = "sns.eu-north-1.amazonaws.com"
)

// At is when everything is published.
const At = "2026-03-11T12:00:00.000Z"

const certificate = "/SimpleNotificationService-9f1c0ffee0ddba11.pem"

// Amazon is SNS in one region. It is an http.RoundTripper for the listener to reach it by.
type Amazon struct {
	*testing.T
	Away error // what reaching it fails with; nil: it is there

	key  *rsa.PrivateKey
	cert []byte

	mu    sync.Mutex
	asked []string
}

var usual = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// Open makes one whose certificate is good for an hour, with the key that all have.
func Open(t *testing.T) *Amazon {
	t.Helper()
	key, err := usual()
	require.NoError(t, err)
	return open(t, key, time.Now().Add(time.Hour))
}

// OpenUntil makes one with a key of its own, whose certificate is good until then.
func OpenUntil(t *testing.T, end time.Time) *Amazon {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return open(t, key, end)
}

func open(t *testing.T, key *rsa.PrivateKey, end time.Time) *Amazon {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.Add(-24 * time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return &Amazon{T: t, key: key, cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

// RoundTrip implements http.RoundTripper.
func (a *Amazon) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked = append(a.asked, r.URL.String())
	if a.Away != nil {
		return nil, a.Away
	}
	w := httptest.NewRecorder()
	switch {
	case r.URL.Scheme == "https" && r.URL.Host == Home && r.URL.Path == certificate:
		w.Write(a.cert) //nolint:errcheck // into memory
	case r.URL.Scheme == "https" && r.URL.Host == Home && r.URL.Path == "/":
		io.WriteString(w, "<ConfirmSubscriptionResponse/>") //nolint:errcheck // into memory
	default:
		w.WriteHeader(http.StatusForbidden)
	}
	return w.Result(), nil
}

// Asked lists the addresses that the listener has called.
func (a *Amazon) Asked() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// Fields are those of a post; what is not signed in its type may be anything.
type Fields map[string]string

// Notice is a notification of the topic, unsigned.
func Notice(id, message string) Fields {
	return Fields{"Type": "Notification", "MessageId": id, "TopicArn": ARN, "Message": message, "Timestamp": At}
}

// Subscription asks the endpoint to confirm that it wants to hear the topic, unsigned.
func Subscription() Fields {
	return Fields{"Type": "SubscriptionConfirmation", "MessageId": "s-1", "TopicArn": ARN, "Message": "You have chosen to subscribe.",
		"Timestamp": At, "Token": "2336412f37", "SubscribeURL": "https://" + Home + "/?Action=ConfirmSubscription&TopicArn=" + ARN + "&Token=2336412f37"}
}

// Sign adds a signature of a version, "1" or "2", and where its certificate is.
func (a *Amazon) Sign(f Fields, version string) Fields {
	a.Helper()
	names := []string{"Message", "MessageId", "SubscribeURL", "Subject", "Timestamp", "Token", "TopicArn", "Type"}
	var text strings.Builder
	for _, name := range names {
		if value, there := f[name]; there {
			text.WriteString(name + "\n" + value + "\n")
		}
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text.String()))
	digest := sum[:]
	if version == "1" {
		sum := sha1.Sum([]byte(text.String()))
		hash, digest = crypto.SHA1, sum[:]
	}
	signature, err := rsa.SignPKCS1v15(rand.Reader, a.key, hash, digest)
	require.NoError(a, err)
	f["SignatureVersion"], f["Signature"] = version, base64.StdEncoding.EncodeToString(signature)
	f["SigningCertURL"] = "https://" + Home + certificate
	return f
}

// Post posts to a path of pages, as it is, and returns the status.
func (a *Amazon) Post(pages http.Handler, path string, f Fields) int {
	a.Helper()
	body, err := json.Marshal(f)
	require.NoError(a, err)
	req := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
	req.Header.Set("Content-Type", "text/plain; charset=UTF-8") // as Amazon does
	req.Header.Set("x-amz-sns-message-type", f["Type"])
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, req)
	return w.Code
}
