package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

func opened(t *testing.T, address string, options ...store.Option) *tables {
	t.Helper()
	db, err := store.Open(t.Context(), address, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db.(*tables)
}

func profile(id string) store.Key { return store.Key{Collection: "profiles", ID: id} }

func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// cuts lets a request be carried out, and the connection break before its answer.
func cuts(f *front, w http.ResponseWriter, r *http.Request) {
	f.moto.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// breaks lets a request be carried out, and answers that something went wrong.
func breaks(f *front, w http.ResponseWriter, r *http.Request) {
	f.moto.ServeHTTP(httptest.NewRecorder(), r)
	reply(w, http.StatusInternalServerError, `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oops"}`)
}

// once does something to the first request of an operation.
func once(name string, do answer) func(*http.Request) answer {
	left := 1
	return func(r *http.Request) answer {
		if operation(r) != name || left == 0 {
			return nil
		}
		left--
		return do
	}
}

func TestACommitWhoseAnswerWasLostIsStillASuccess(t *testing.T) {
	for name, lose := range map[string]answer{"connection cut": cuts, "internal error": breaks} {
		t.Run(name, func(t *testing.T) {
			f := &front{}
			db := opened(t, behind(t, f))
			seed := func(ids ...string) []store.Document {
				var keys []store.Key
				for _, id := range ids {
					keys = append(keys, profile(id))
					require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile(id), Version: store.Unchecked, Data: []byte(`{"n":1}`)}))
				}
				found, err := db.Get(t.Context(), keys...)
				require.NoError(t, err)
				return found
			}
			lost := func(name string, there []bool, writes ...store.Write) {
				t.Helper()
				f.set(once(name, lose))
				require.NoError(t, db.Commit(t.Context(), writes...))
				f.set(nil)
				for i, w := range writes {
					found, err := db.Get(t.Context(), w.Key)
					require.NoError(t, err)
					require.Equal(t, there[i], found[0].Exists(), "%s", w.Key)
					if there[i] {
						require.JSONEq(t, string(w.Data), string(found[0].Data))
					}
				}
			}
			two := []byte(`{"n":2}`)
			lost("PutItem", []bool{true}, store.Write{Key: profile("new"), Data: two})
			d := seed("changed")
			lost("PutItem", []bool{true}, store.Write{Key: d[0].Key, Version: d[0].Version, Data: two})
			lost("PutItem", []bool{true}, store.Write{Key: d[0].Key, Version: store.Unchecked, Data: two})
			lost("DeleteItem", []bool{false}, store.Write{Key: profile("none")})
			d = seed("deleted")
			lost("DeleteItem", []bool{false}, store.Write{Key: d[0].Key, Version: d[0].Version})
			d = seed("a", "b")
			lost("TransactWriteItems", []bool{true, true}, store.Write{Key: d[0].Key, Version: d[0].Version, Data: two}, store.Write{Key: profile("c"), Data: two})
			d = seed("a", "b")
			lost("TransactWriteItems", []bool{false, true}, store.Write{Key: d[0].Key, Version: d[0].Version}, store.Write{Key: d[1].Key, Version: store.Unchecked, Data: two})
			d = seed("a", "b")
			lost("TransactWriteItems", []bool{false, false}, store.Write{Key: d[0].Key, Version: d[0].Version}, store.Write{Key: d[1].Key, Version: d[1].Version})
		})
	}
}

// A version that somebody else wrote is never taken for our own, lost answer or not.
func TestACommitThatWasLostAndOvertakenIsAConflict(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	other := opened(t, "dynamodb://"+db.region+"/"+db.prefix)
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{"n":1}`)}))
	found, err := db.Get(t.Context(), profile("a"))
	require.NoError(t, err)
	// The first attempt is lost before it is carried out, and the other is quicker than the second.
	f.set(once("PutItem", func(f *front, _ http.ResponseWriter, _ *http.Request) {
		f.mu.Unlock()
		defer f.mu.Lock()
		if err := other.Commit(context.Background(), store.Write{Key: profile("a"), Version: found[0].Version, Data: []byte(`{"n":2}`)}); err != nil {
			t.Error(err)
		}
		panic(http.ErrAbortHandler)
	}))
	err = db.Commit(t.Context(), store.Write{Key: profile("a"), Version: found[0].Version, Data: []byte(`{"n":3}`)})
	require.ErrorIs(t, err, store.ErrConflict)
	found, err = db.Get(t.Context(), profile("a"))
	require.NoError(t, err)
	require.JSONEq(t, `{"n":2}`, string(found[0].Data))
}

// DynamoDB answers a transaction with the token of an earlier one as it did that one, for
// ten minutes; moto does not look at the token. What can be seen here is that it is sent:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func TestAttemptsOfATransactionShareATokenAndTransactionsDoNot(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	var tokens []string
	f.set(func(r *http.Request) answer {
		if operation(r) != "TransactWriteItems" {
			return nil
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		var sent struct{ ClientRequestToken string }
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Error(err)
		}
		tokens = append(tokens, sent.ClientRequestToken)
		if len(tokens)%2 == 0 {
			return nil
		}
		return func(*front, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	})
	require.NoError(t, db.make(t.Context(), db.table("profiles")))
	for i := range 2 {
		require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile(fmt.Sprint("a", i)), Data: []byte(`{}`)}, store.Write{Key: profile(fmt.Sprint("b", i)), Data: []byte(`{}`)}))
	}
	require.Len(t, tokens, 4)
	require.NotEmpty(t, tokens[0])
	require.Equal(t, tokens[0], tokens[1])
	require.Equal(t, tokens[2], tokens[3])
	require.NotEqual(t, tokens[0], tokens[2])
}

func TestAServerThatIsGoneForAMomentIsWaitedFor(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{}`)}))
	back := time.Now().Add(700 * time.Millisecond)
	f.set(func(*http.Request) answer {
		if time.Now().After(back) {
			return nil
		}
		return func(*front, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	})
	_, err := db.Get(t.Context(), profile("a"))
	require.NoError(t, err)
	require.True(t, time.Now().After(back))
}

func TestAServerThatTakesNoConnectionsForAMomentIsWaitedFor(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	require.NoError(t, db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{}`)}))
	address := f.server.Listener.Addr().String()
	f.server.Close()
	back := make(chan *httptest.Server, 1)
	time.AfterFunc(500*time.Millisecond, func() {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Error(err)
			close(back)
			return
		}
		again := &httptest.Server{Listener: l, Config: &http.Server{Handler: f}}
		again.Start()
		back <- again
	})
	found, err := db.Get(t.Context(), profile("a"))
	if again := <-back; again != nil {
		defer again.Close()
	}
	require.NoError(t, err)
	require.True(t, found[0].Exists())
}

// DynamoDB brings an index up to date a moment after the table, moto at once:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes
func TestWhatHasGoneOrMovedSinceTheIndexKnewIsLeftOut(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	entry := func(id, partition, sort string, version int64) store.Write {
		return store.Write{Key: profile(id), Version: version, Data: []byte(`{}`), Entry: store.Entry{Partition: partition, Sort: sort}}
	}
	require.NoError(t, db.Commit(t.Context(), entry("gone", "p", "1", 0), entry("moved", "p", "2", 0), entry("later", "p", "3", 0), entry("same", "p", "4", 0)))
	f.set(once("BatchGetItem", func(f *front, w http.ResponseWriter, r *http.Request) {
		f.mu.Unlock()
		if err := db.Commit(context.Background(), store.Write{Key: profile("gone"), Version: store.Unchecked},
			entry("moved", "q", "2", store.Unchecked), entry("later", "p", "5", store.Unchecked), entry("same", "p", "4", store.Unchecked)); err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		f.moto.ServeHTTP(w, r)
	}))
	walk := func() (found []string) {
		for d, err := range db.Query(t.Context(), store.Query{Collection: "profiles", Partition: "p"}) {
			require.NoError(t, err)
			found = append(found, d.Key.ID)
		}
		return found
	}
	require.Equal(t, []string{"same"}, walk())
	require.Equal(t, []string{"same", "later"}, walk())
}
