package stores

import (
	"context"
	"io"
	"net/http"
	"os"
	"testing"
)

// Firestore returns the URL of a new project of the emulator, and points this process
// and its children at it. It is cleared when the test ends.
func Firestore(t testing.TB) string {
	t.Helper()
	host := running(t, "Google's Firestore emulator", FirestoreVariable)
	onLoopback(t, FirestoreVariable, host)
	if err := os.Setenv("FIRESTORE_EMULATOR_HOST", host); err != nil {
		t.Fatal(err)
	}
	project := fresh()
	t.Cleanup(func() {
		call(t, http.MethodDelete, "http://"+host+"/emulator/v1/projects/"+project+"/databases/(default)/documents", nil, nil)
	})
	return "firestore://" + project
}

// call asks an emulator for something and returns its answer, which must be 200.
func call(t testing.TB, method, address string, header http.Header, body io.Reader) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s: %s (%v)", method, address, res.Status, answer, err)
	}
	return answer
}
