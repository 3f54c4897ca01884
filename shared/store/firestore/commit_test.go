package firestore_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"redthread.dev/shared/store"
)

var (
	a = store.Key{Collection: "profiles", ID: "a"}
	b = store.Key{Collection: "threads", ID: "b"}
)

func put(k store.Key, version int64, data string) store.Write {
	return store.Write{Key: k, Version: version, Data: []byte(data)}
}

func get(t *testing.T, s store.Store, k store.Key) store.Document {
	t.Helper()
	found, err := s.Get(t.Context(), k)
	require.NoError(t, err)
	return found[0]
}

func commit(t *testing.T, s store.Store, writes ...store.Write) {
	t.Helper()
	require.NoError(t, s.Commit(t.Context(), writes...))
}

// lost is an answer that did not arrive, after which then was done.
func lost(then func()) func() error {
	return func() error {
		if then != nil {
			then()
		}
		return status.Error(codes.Unavailable, "connection reset")
	}
}

func TestEachCallIsOneRoundTrip(t *testing.T) {
	r, s, _ := relayed(t)
	tomorrow := time.Now().Add(24 * time.Hour)
	commit(t, s, put(a, 0, `{"n":1}`), store.Write{Key: b, Data: []byte(`{}`), Expires: tomorrow, Entry: store.Entry{Partition: "p", Sort: "1"}})
	require.Equal(t, map[string]int{"commit": 1}, r.seen())
	found, err := s.Get(t.Context(), a, b, a, store.Key{Collection: "x", ID: "nobody"})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"get": 1}, r.seen())
	commit(t, s, put(a, found[0].Version, `{"n":2}`), store.Write{Key: b, Version: found[1].Version})
	require.Equal(t, map[string]int{"commit": 1}, r.seen(), "also of a document that expires, long before it does")
	var all []store.Write
	for i := range 40 {
		all = append(all, store.Write{Key: store.Key{Collection: "threads", ID: fmt.Sprint(i)}, Data: []byte(`{}`), Entry: store.Entry{Partition: "p", Sort: "1"}})
	}
	commit(t, s, all...)
	r.reset()
	for limit, trips := range map[int]int{1: 1, 31: 1, 32: 1, 33: 2, 0: 2} {
		for _, err := range s.Query(t.Context(), store.Query{Collection: "threads", Partition: "p", Limit: limit}) {
			require.NoError(t, err)
		}
		require.Equal(t, map[string]int{"query": trips}, r.seen(), "limit %d", limit)
	}
	require.ErrorIs(t, s.Commit(t.Context(), put(a, 0, `{}`)), store.ErrConflict)
	require.Equal(t, map[string]int{"commit": 1, "get": 1}, r.seen(), "a conflict asks what is there")
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	r, s, _ := relayed(t)
	for _, code := range []codes.Code{codes.Unavailable, codes.ResourceExhausted, codes.Internal} {
		passing := status.Error(code, "for the moment")
		version := get(t, s, a).Version
		r.before = []error{passing, passing}
		commit(t, s, put(a, version, `{}`))
		require.NotEqual(t, version, get(t, s, a).Version, "%s", code)
		r.before = []error{passing, passing}
		require.True(t, get(t, s, a).Exists(), "%s", code)
	}
	r.reset()
	r.before = []error{status.Error(codes.Aborted, "others want it, too")}
	commit(t, s, put(a, store.Unchecked, `{}`))
	require.Equal(t, map[string]int{"commit": 2, "get": 1}, r.seen(), "it looks whether it has lost before it tries again")
	for _, code := range []codes.Code{codes.PermissionDenied, codes.InvalidArgument} {
		r.before = []error{status.Error(code, "for good")}
		require.ErrorContains(t, s.Commit(t.Context(), put(a, 0, `{}`)), "for good")
	}
	require.Equal(t, map[string]int{"commit": 2}, r.seen())
}

func TestThrottlingEndsWithTheDeadlineAndIsNamed(t *testing.T) {
	r, s, _ := relayed(t)
	for range 1000 {
		r.before = append(r.before, status.Error(codes.ResourceExhausted, "quota"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	err := s.Commit(ctx, put(a, 0, `{}`))
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "quota")
	require.ErrorContains(t, err, "profiles/a")
	require.Less(t, time.Since(begun), 5*time.Second)
	require.Less(t, r.seen()["commit"], 60, "it pauses")
	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err = s.Get(cancelled, a)
	require.ErrorIs(t, err, context.Canceled)
}

func TestACommitWhoseAnswerIsLostIsFoundCarriedOut(t *testing.T) {
	r, s, direct := relayed(t)
	for _, test := range []struct {
		name   string
		writes func() []store.Write
	}{
		{"made", func() []store.Write { return []store.Write{put(a, 0, `{"n":1}`), put(b, 0, `{"n":1}`)} }},
		{"changed", func() []store.Write {
			return []store.Write{put(a, get(t, direct, a).Version, `{"n":2}`), put(b, store.Unchecked, `{"n":2}`)}
		}},
		{"one deleted", func() []store.Write {
			return []store.Write{put(a, get(t, direct, a).Version, `{"n":3}`), {Key: b, Version: get(t, direct, b).Version}}
		}},
	} {
		writes := test.writes()
		var version int64
		r.after = []func() error{lost(func() { version = get(t, direct, a).Version })}
		require.NoError(t, s.Commit(t.Context(), writes...), test.name)
		require.Equal(t, version, get(t, direct, a).Version, "%s: once", test.name)
	}
	require.False(t, get(t, direct, b).Exists())
}

func TestACommitThatNobodyKnowsTheOutcomeOfIsNoConflict(t *testing.T) {
	r, s, direct := relayed(t)
	commit(t, direct, put(a, 0, `{"n":1}`))
	r.after = []func() error{lost(func() { commit(t, direct, put(a, store.Unchecked, `{"by":"another"}`)) })}
	err := s.Commit(t.Context(), put(a, get(t, direct, a).Version, `{"n":2}`))
	require.ErrorContains(t, err, "connection reset")
	require.ErrorContains(t, err, "profiles/a")
	require.NotErrorIs(t, err, store.ErrConflict)
	require.JSONEq(t, `{"by":"another"}`, string(get(t, direct, a).Data), "which is not written over")
	r.after = []func() error{lost(nil)}
	err = s.Commit(t.Context(), store.Write{Key: a, Version: get(t, direct, a).Version})
	require.ErrorContains(t, err, "connection reset", "a deletion leaves no mark")
	require.NotErrorIs(t, err, store.ErrConflict)
}

func TestAConflictIsOneAlsoAfterALostAnswer(t *testing.T) {
	r, s, direct := relayed(t)
	commit(t, direct, put(a, 0, `{"n":1}`), put(b, 0, `{"n":1}`))
	read := get(t, direct, a)
	commit(t, direct, put(b, store.Unchecked, `{"n":2}`))
	r.before = []error{status.Error(codes.Unavailable, "not even sent")}
	err := s.Commit(t.Context(), put(a, read.Version, `{"n":3}`), put(b, 0, `{"n":3}`))
	require.ErrorIs(t, err, store.ErrConflict)
	require.ErrorContains(t, err, "threads/b")
	require.Equal(t, read.Version, get(t, direct, a).Version)
}

func TestWhatHasExpiredIsNoConflictForWhoMakesItAnew(t *testing.T) {
	now := time.Now()
	r, s, _ := relayed(t, store.WithClock(func() time.Time { return now }))
	w := put(a, 0, `{"n":1}`)
	w.Expires = now.Add(time.Hour)
	commit(t, s, w)
	read := get(t, s, a)
	r.reset()
	now = now.Add(59 * time.Minute)
	commit(t, s, put(a, read.Version, `{"n":2}`))
	require.Equal(t, map[string]int{"get": 1, "commit": 1}, r.seen(), "near its end it is read again")
	commit(t, s, store.Write{Key: a, Version: store.Unchecked, Data: w.Data, Expires: w.Expires})
	now = now.Add(time.Minute)
	commit(t, s, put(b, 0, `{}`), store.Write{Key: a})
	require.False(t, get(t, s, a).Exists())
	require.True(t, get(t, s, b).Exists())
}

func TestADocumentTooLargeForFirestoreIsRefusedBeforeTheCall(t *testing.T) {
	r, s, _ := relayed(t)
	numbers := func(n int) string { return `{"a":[` + strings.Repeat("1,", n-1) + `1]}` }
	require.Less(t, len(numbers(131_062)), store.MaxDocument)
	err := s.Commit(t.Context(), put(b, 0, `{}`), put(a, 0, numbers(131_062)))
	require.ErrorIs(t, err, store.ErrTooLarge)
	require.ErrorContains(t, err, "profiles/a")
	require.Empty(t, r.seen())
	commit(t, s, put(a, 0, numbers(131_061))) // of 8 bytes each, which with 86 others are 1 MiB but for 2
}
