package stores

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"testing"
)

// Emulator is Amazon's services but its document store, whose tables others share.
type Emulator struct {
	testing.TB
	Address string
}

// Amazon points this process and its children at the emulator of Amazon's services. What
// tests leave in SES and SNS stays until it ends: they know theirs by its id.
func Amazon(t testing.TB) Emulator {
	t.Helper()
	address := running(t, "moto_server", DynamoDBVariable)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("%s: %v", DynamoDBVariable, err)
	}
	onLoopback(t, DynamoDBVariable, u.Host)
	for name, value := range AWS(address) {
		if err := os.Setenv(name, value); err != nil {
			t.Fatal(err)
		}
	}
	return Emulator{t, address}
}

// Kept reads the emulator's own books: all instances of one of its classes, such as "ses"
// and "RawMessage", into a slice.
func (e Emulator) Kept(service, class string, into any) {
	e.Helper()
	var books map[string]map[string]json.RawMessage
	if err := json.Unmarshal(call(e.TB, http.MethodGet, e.Address+"/moto-api/data.json", http.Header{}, nil), &books); err != nil {
		e.Fatal(err)
	}
	if err := json.Unmarshal(books[service][class], into); err != nil {
		e.Fatalf("%s %s: %v", service, class, err)
	}
}
