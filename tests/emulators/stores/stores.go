// Package stores gives tests a place in each document store that can run here: one
// that is empty, nobody else's, and cleared when the test ends. The emulators are
// started by
//
//	go run ./tests/emulators -- go test ./...
//
// which sets the variables that are read here and that nothing else has a reason to
// set. So no test writes into somebody's database because PGHOST, AWS_ENDPOINT_URL or
// their like happen to be there, and what is no loopback address fails the test.
// Import the driver of a store to open its URL.
package stores

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
)

// The variables that tell where the emulators are; go run ./tests/emulators sets them.
const (
	PostgresVariable  = "REDTHREAD_POSTGRES"  // URL of a database
	FirestoreVariable = "REDTHREAD_FIRESTORE" // host:port
	DynamoDBVariable  = "REDTHREAD_DYNAMODB"  // URL
)

// Each runs a test on every store there is, as a subtest of the store's name; those
// whose emulator does not run are skipped.
func Each(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("memory", func(t *testing.T) { test(t, "memory:") })
	Kept(t, test)
}

// Kept is Each of the stores that several processes can open: all but memory.
func Kept(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
	t.Run("firestore", func(t *testing.T) { test(t, Firestore(t)) })
	t.Run("dynamodb", func(t *testing.T) { test(t, DynamoDB(t)) })
}

// SQLite returns the URL of a file that is not there yet.
func SQLite(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "redthread.db")
}

// running returns the value of a variable, or skips the test.
func running(t testing.TB, name, variable string) string {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		t.Skipf("%s does not run here: make test starts it, and so does go run ./tests/emulators -- go test …", name)
	}
	return value
}

// onLoopback fails the test unless an address leads nowhere but to this machine.
func onLoopback(t testing.TB, variable, hostport string) {
	t.Helper()
	if err := loopback(hostport); err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
}

// loopback refuses names, too: what they lead to may change between here and the call.
func loopback(hostport string) error {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		return fmt.Errorf("%q is no host:port: %w", hostport, err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%q is no loopback address: tests write only where nobody keeps anything, expected e.g. 127.0.0.1:5432", hostport)
	}
	return nil
}

// fresh returns a name that nobody else has.
func fresh() string {
	random := make([]byte, 6)
	rand.Read(random) //nolint:errcheck // it never fails
	return "redthread-" + hex.EncodeToString(random)
}
