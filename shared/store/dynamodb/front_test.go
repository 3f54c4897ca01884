package dynamodb

import (
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/emulators/stores"
)

// somewhere returns the URL of a place of its own in the emulator, which takes one request
// at a time (tests/emulators/turns.go tells why).
func somewhere(t *testing.T) string { return stores.DynamoDB(t) }

// front stands before the emulator and does to its requests and answers what a network, or
// DynamoDB under load, may do.
type front struct {
	mu     sync.Mutex
	moto   http.Handler
	server *httptest.Server
	wants  func(r *http.Request) answer // what to do with a request; nil: let it through
}

// answer is how a front answers in place of the emulator.
type answer func(f *front, w http.ResponseWriter, r *http.Request)

// behind points the process at a front for the time of the test.
func behind(t *testing.T, f *front) string {
	t.Helper()
	address := stores.DynamoDB(t)
	u, err := url.Parse(os.Getenv(stores.DynamoDBVariable))
	require.NoError(t, err)
	f.moto = &httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(u) },
		ErrorLog: log.New(io.Discard, "", 0), // of clients that leave, as tests have them do
	}
	server := httptest.NewUnstartedServer(f)
	f.server = server
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", server.URL)
	return address
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.wants != nil {
		if instead := f.wants(r); instead != nil {
			instead(f, w, r)
			return
		}
	}
	f.moto.ServeHTTP(w, r)
}

// set says what to do with requests from now on.
func (f *front) set(wants func(*http.Request) answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wants = wants
}

// reply answers as DynamoDB does, with a checksum.
func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(body))))
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}
