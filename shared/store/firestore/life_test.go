package firestore_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/emulators/stores"
)

func TestDocumentsAreNativeFields(t *testing.T) {
	url := stores.Firestore(t)
	s := opened(t, url+"?prefix=shop-")
	until := time.Date(2030, 1, 2, 3, 4, 5, 678_999_999, time.FixedZone("", 3600))
	w := put(store.Key{Collection: "profiles", ID: "a/b"}, 0, `{"city":"Aarhus","points":12,"rate":0.5,"at":"2026-03-29T01:30:00Z","tags":["x"],"basket":{"sku":"1"}}`)
	w.Entry, w.Expires = store.Entry{Partition: "p", Sort: "s"}, until
	commit(t, s, w)
	var found struct {
		Fields map[string]any
	}
	root := "http://" + os.Getenv("FIRESTORE_EMULATOR_HOST") + "/v1/projects/" + strings.TrimPrefix(url, "firestore://") + "/databases/(default)/documents"
	require.NoError(t, json.Unmarshal(asked(t, http.MethodGet, root+"/shop-profiles/a%252Fb", ""), &found))
	require.IsType(t, "", found.Fields["commit"].(map[string]any)["integerValue"])
	delete(found.Fields, "commit")
	native, err := json.Marshal(found.Fields)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"id": {"stringValue": "a/b"}, "part": {"stringValue": "p"}, "sort": {"stringValue": "s"},
		"expires": {"timestampValue": "2030-01-02T02:04:05.678Z"},
		"data": {"mapValue": {"fields": {
			"city": {"stringValue": "Aarhus"}, "points": {"integerValue": "12"}, "rate": {"doubleValue": 0.5},
			"at": {"stringValue": "2026-03-29T01:30:00Z"}, "tags": {"arrayValue": {"values": [{"stringValue": "x"}]}},
			"basket": {"mapValue": {"fields": {"sku": {"stringValue": "1"}}}}}}}
	}`, string(native))
	query := `{"structuredQuery": {"from": [{"collectionId": "shop-profiles"}], "select": {"fields": [{"fieldPath": "id"}]},
		"where": {"fieldFilter": {"field": {"fieldPath": "data.basket.sku"}, "op": "EQUAL", "value": {"stringValue": "1"}}}}}`
	require.Contains(t, string(asked(t, http.MethodPost, root+":runQuery", query)), `"a/b"`, "found by a field of its data")
}

// asked calls the emulator as its console does.
func asked(t *testing.T, method, address, body string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer owner")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, "%s", data)
	return data
}

func TestDatabasesAndPrefixesKeepDocumentsApart(t *testing.T) {
	url := stores.Firestore(t)
	one := opened(t, url+"?prefix=one-")
	commit(t, one, put(a, 0, `{}`))
	require.True(t, get(t, opened(t, url+"/(default)?prefix=one-"), a).Exists())
	for _, other := range []string{"", "?prefix=two-", "/other", "/other?prefix=one-"} {
		s := opened(t, url+other)
		require.False(t, get(t, s, a).Exists())
		for range s.Query(t.Context(), store.Query{Collection: a.Collection}) {
			t.Fatal("found another's document")
		}
	}
	commit(t, opened(t, url+"/other"), put(a, 0, `{}`))
}

func TestADocumentThatSomebodyElseWroteIsNamed(t *testing.T) {
	url := stores.Firestore(t)
	s := opened(t, url)
	root := "http://" + os.Getenv("FIRESTORE_EMULATOR_HOST") + "/v1/projects/" + strings.TrimPrefix(url, "firestore://") + "/databases/(default)/documents"
	asked(t, http.MethodPost, root+"/profiles?documentId=a", `{"fields":{"name":{"stringValue":"x"}}}`)
	_, err := s.Get(t.Context(), a)
	require.ErrorContains(t, err, "profiles/a: a document that redthread did not write")
}

// wire carries bytes to the emulator and back, unless it is cut.
type wire struct {
	net.Listener
	to  string
	cut atomic.Bool
	// deaf ends a connection at the next bytes of the emulator, some time after they came.
	deaf atomic.Bool
}

func wired(t *testing.T) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w := &wire{Listener: listener, to: os.Getenv("FIRESTORE_EMULATOR_HOST")}
	go w.run()
	t.Cleanup(func() { w.Close() })
	t.Setenv("FIRESTORE_EMULATOR_HOST", listener.Addr().String())
	return w
}

func (w *wire) run() {
	for {
		near, err := w.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		if err != nil || w.cut.Load() {
			near.Close()
			continue
		}
		go func() { io.Copy(far, near); far.Close() }()
		go w.answers(near, far)
	}
}

func (w *wire) answers(near, far net.Conn) {
	defer near.Close()
	defer far.Close()
	chunk := make([]byte, 64<<10)
	for {
		far.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		n, err := far.Read(chunk)
		switch {
		case w.cut.Load():
			return
		case n > 0 && w.deaf.CompareAndSwap(true, false):
			time.Sleep(200 * time.Millisecond) // for the emulator to end what it does
			return
		case n > 0:
			near.Write(chunk[:n])
		case err != nil && !os.IsTimeout(err):
			return
		}
	}
}

func TestAServerThatIsGoneAndBackIsWaitedFor(t *testing.T) {
	url := stores.Firestore(t)
	w := wired(t)
	s := opened(t, url)
	commit(t, s, put(a, 0, `{"n":1}`))
	w.cut.Store(true)
	time.Sleep(50 * time.Millisecond)
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := s.Get(short, a)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "Unavailable", "and why")
	require.Less(t, time.Since(begun), 5*time.Second)
	time.AfterFunc(500*time.Millisecond, func() { w.cut.Store(false) })
	commit(t, s, put(a, store.Unchecked, `{"n":2}`))
	require.JSONEq(t, `{"n":2}`, string(get(t, s, a).Data))
}

func TestACommitIsNotDoubledWhenTheConnectionBreaksBeforeItsAnswer(t *testing.T) {
	url := stores.Firestore(t)
	direct := opened(t, url)
	w := wired(t)
	s := opened(t, url)
	for range 5 {
		version := get(t, direct, a).Version
		w.deaf.Store(true)
		commit(t, s, put(a, version, `{}`))
		require.False(t, w.deaf.Load(), "it broke")
		require.Greater(t, get(t, direct, a).Version, version)
	}
}

func TestOpeningSaysWhatIsMissing(t *testing.T) {
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, nobody.Close())
	t.Setenv("FIRESTORE_EMULATOR_HOST", nobody.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = store.Open(ctx, "firestore://shop/db")
	require.ErrorContains(t, err, "firestore://PROJECT/DATABASE")
	require.ErrorContains(t, err, "project shop, database db")
	require.ErrorContains(t, err, "connection refused")
	t.Setenv("FIRESTORE_EMULATOR_HOST", "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", t.TempDir()+"/none.json")
	_, err = store.Open(t.Context(), "firestore://shop/db")
	require.ErrorContains(t, err, "none.json")
	require.ErrorContains(t, err, "FIRESTORE_EMULATOR_HOST")
}
