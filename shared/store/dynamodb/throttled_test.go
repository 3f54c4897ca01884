package dynamodb

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// says answers with an error of DynamoDB's instead of carrying the request out.
func says(kind, more string) answer {
	return func(_ *front, w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusBadRequest, fmt.Sprintf(`{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"as the test asked"%s}`, kind, more))
	}
}

// times does something to the first n requests of an operation, and counts all of them.
func times(n int, name string, do answer, count *int) func(*http.Request) answer {
	return func(r *http.Request) answer {
		if operation(r) != name {
			return nil
		}
		if *count++; *count > n {
			return nil
		}
		return do
	}
}

const (
	throttledHalf = `,"CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError","Message":"slow down"}]`
	racedHalf     = `,"CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict","Message":"raced"}]`
)

func TestWhatIsThrottledOrRacedIsTriedAgain(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	one := []store.Write{{Key: profile("a"), Version: store.Unchecked, Data: []byte(`{}`)}}
	two := append(one, store.Write{Key: profile("b"), Version: store.Unchecked, Data: []byte(`{}`)})
	require.NoError(t, db.Commit(t.Context(), two...))
	for name, test := range map[string]struct {
		operation string
		do        answer
		writes    []store.Write
	}{
		"a read":                        {"GetItem", says("ProvisionedThroughputExceededException", ""), nil},
		"a write":                       {"PutItem", says("ThrottlingException", ""), one},
		"a write, by the account":       {"PutItem", says("RequestLimitExceeded", ""), one},
		"a transaction":                 {"TransactWriteItems", says("ProvisionedThroughputExceededException", ""), two},
		"a document of a transaction":   {"TransactWriteItems", says("TransactionCanceledException", throttledHalf), two},
		"a transaction still under way": {"TransactWriteItems", says("TransactionInProgressException", ""), two},
		"a write during a transaction":  {"PutItem", says("TransactionConflictException", ""), one},
		"a transaction during another":  {"TransactWriteItems", says("TransactionCanceledException", racedHalf), two},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			f.set(times(3, test.operation, test.do, &n))
			if test.writes == nil {
				_, err := db.Get(t.Context(), profile("a"))
				require.NoError(t, err)
			} else {
				require.NoError(t, db.Commit(t.Context(), test.writes...))
			}
			require.Equal(t, 4, n)
		})
	}
}

func TestThrottlingEndsWithTheDeadline(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	n := 0
	f.set(times(1e9, "GetItem", says("ThrottlingException", ""), &n))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := db.Get(ctx, profile("a"))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(began), 2*time.Second)
	require.Greater(t, n, 2)
}

func TestALastingRaceIsAConflictThatNamesTheDocument(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	n := 0
	f.set(times(1e9, "TransactWriteItems", says("TransactionCanceledException", racedHalf), &n))
	err := db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{}`)}, store.Write{Key: profile("b"), Data: []byte(`{}`)})
	require.ErrorIs(t, err, store.ErrConflict)
	require.ErrorContains(t, err, "profiles/b")
	require.Equal(t, tries+1, n)
	f.set(times(1, "TransactWriteItems", says("TransactionCanceledException", `,"CancellationReasons":[{"Code":"None"},{"Code":"ValidationError","Message":"odd"}]`), &n))
	n = 0
	err = db.Commit(t.Context(), store.Write{Key: profile("a"), Data: []byte(`{}`)}, store.Write{Key: profile("b"), Data: []byte(`{}`)})
	require.ErrorContains(t, err, "profiles/b: refused by DynamoDB: ValidationError: odd")
	require.NotErrorIs(t, err, store.ErrConflict)
}

// What DynamoDB leaves unread of a batch for lack of capacity is read in further calls:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
// (moto does so for size only, beyond 16 MB).
func TestUnprocessedKeysAreReadInFurtherCalls(t *testing.T) {
	f := &front{}
	db := opened(t, behind(t, f))
	var writes []store.Write
	var keys []store.Key
	for i := range 5 {
		keys = append(keys, profile(fmt.Sprint(i)))
		writes = append(writes, store.Write{Key: keys[i], Data: fmt.Appendf(nil, `{"n":%d}`, i)})
	}
	require.NoError(t, db.Commit(t.Context(), writes...))
	var asked []int
	f.set(leavesSome(t, &asked))
	found, err := db.Get(t.Context(), keys...)
	require.NoError(t, err)
	for i, d := range found {
		require.JSONEq(t, string(writes[i].Data), string(d.Data))
	}
	require.Equal(t, []int{5, 5, 4, 3, 2, 1}, asked)
}

// leavesSome answers the first read of a batch with nothing, and each other with one document.
func leavesSome(t *testing.T, asked *[]int) func(*http.Request) answer {
	type keys struct {
		ConsistentRead bool
		Keys           []json.RawMessage
	}
	return func(r *http.Request) answer {
		var wanted struct{ RequestItems map[string]keys }
		if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil || len(wanted.RequestItems) != 1 {
			t.Errorf("%v: %v", wanted, err)
		}
		left := map[string]keys{}
		for table, w := range wanted.RequestItems {
			if !w.ConsistentRead {
				t.Error("a read that may be out of date")
			}
			if *asked = append(*asked, len(w.Keys)); len(*asked) > 1 {
				if len(w.Keys) > 1 {
					left[table] = keys{true, w.Keys[1:]}
				}
				w.Keys = w.Keys[:1]
			} else {
				left[table], w.Keys = w, nil
			}
			wanted.RequestItems[table] = w
		}
		return func(f *front, w http.ResponseWriter, r *http.Request) {
			responses := []byte("{}")
			if len(*asked) > 1 {
				body, _ := json.Marshal(wanted)
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				recorder := httptest.NewRecorder()
				f.moto.ServeHTTP(recorder, r)
				var answered struct{ Responses json.RawMessage }
				if err := json.Unmarshal(recorder.Body.Bytes(), &answered); err != nil {
					t.Error(err)
				}
				responses = answered.Responses
			}
			unprocessed, _ := json.Marshal(left)
			reply(w, http.StatusOK, fmt.Sprintf(`{"Responses":%s,"UnprocessedKeys":%s}`, responses, unprocessed))
		}
	}
}
