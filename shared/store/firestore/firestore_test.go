package firestore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/firestore"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/emulators/stores"
)

// The suite is played in full, with all 64 writers: the emulator stalls under contention
// of transactions that read, and a commit here is none.
//
// What the emulator does not do is held to in another way: it never deletes what has
// expired, so that readers leaving it out is all there is to see, and the field's type
// is looked at (TestDocumentsAreNativeFields); and it answers queries without an index.
// https://docs.cloud.google.com/firestore/docs/emulator
func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) string { return stores.Firestore(t) })
}

func TestAMissingIndexIsNamed(t *testing.T) {
	r, s, _ := relayed(t)
	for descending, want := range map[bool]string{false: "sort and id ascending", true: "sort and id descending"} {
		r.before = []error{status.Error(codes.FailedPrecondition, "The query requires an index.")}
		for _, err := range s.Query(t.Context(), store.Query{Collection: "threads", Partition: "p", Descending: descending}) {
			require.ErrorContains(t, err, "requires an index")
			require.ErrorContains(t, err, "composite index of collection threads on part ascending, "+want)
			require.NotErrorIs(t, err, store.ErrConflict)
		}
	}
}

func TestPagesOfLargeDocumentsEndEarlyAndMissNone(t *testing.T) {
	r, s, _ := relayed(t)
	var want []string
	for i := range 36 {
		id := fmt.Sprintf("%02d", i)
		w := put(store.Key{Collection: "threads", ID: id}, 0, `{"a":"`+strings.Repeat("x", 100_000)+`"}`)
		w.Entry = store.Entry{Partition: "p", Sort: "same"}
		commit(t, s, w)
		want = append(want, id)
	}
	r.reset()
	for _, q := range []store.Query{{Partition: "p"}, {Partition: "p", Descending: true}, {}} {
		q.Collection = "threads"
		found := []string{}
		for d, err := range s.Query(t.Context(), q) {
			require.NoError(t, err)
			found = append(found, d.Key.ID)
		}
		if q.Descending {
			slices.Reverse(found)
		}
		require.Equal(t, want, found)
		require.Equal(t, map[string]int{"query": 4}, r.seen(), "of 11 documents, the first over 1 MiB")
	}
}

func TestAWalkGoesOnWhereItWasCutOff(t *testing.T) {
	r, s, _ := relayed(t)
	var writes []store.Write
	for i := range 40 {
		w := put(store.Key{Collection: "threads", ID: fmt.Sprintf("%02d", i)}, 0, `{}`)
		w.Entry = store.Entry{Partition: "p"}
		writes = append(writes, w)
	}
	commit(t, s, writes...)
	n := 0
	for d, err := range s.Query(t.Context(), store.Query{Collection: "threads", Partition: "p"}) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("%02d", n), d.Key.ID)
		if n++; n == 32 { // the next page
			r.before = []error{status.Error(codes.Unavailable, "connection reset")}
		}
	}
	require.Equal(t, 40, n)
	require.Empty(t, r.before)
}
