package firestore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"cloud.google.com/go/firestore"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

// What a flow that acts writes: a profile of 3 KB, and two small documents anew.
var (
	profile = profileOf(24)
	small   = fmt.Appendf(nil, `{"status":"requested","by":%q}`, strings.Repeat("abcdefghij", 17))
)

const customers = 1000

// profileOf is one with so many recent views, as a shop's customer has them.
func profileOf(views int) []byte {
	list := make([]string, views)
	for i := range list {
		list[i] = fmt.Sprintf(`{"sku":"SKU-%05d","at":"2026-11-%02dT08:30:00Z","price":%d.95,"times":%d,"category":"kitchen/pots"}`, i*7919%99_999, i%28+1, i*13, i)
	}
	return fmt.Appendf(nil, `{"traits":{"first":"Åse","city":"Aarhus","points":1234},"views":[%s]}`, strings.Join(list, ","))
}

var numbers atomic.Int64

func profileID(i int) string { return fmt.Sprintf("0190a6e2-7000-7000-8000-%012d", i) }
func newID(n int) string     { return fmt.Sprintf("%016x", uint64(n)*0x9e3779b97f4a7c15) }

// BenchmarkCommit is beside Google's client, which decodes the same JSON and commits it
// in a batch under the same preconditions.
func BenchmarkCommit(b *testing.B) {
	url := stores.Firestore(b)
	s, err := store.Open(context.Background(), url)
	require.NoError(b, err)
	bare, err := firestore.NewClient(context.Background(), strings.TrimPrefix(url, "firestore://"))
	require.NoError(b, err)
	b.Cleanup(func() { s.Close(); bare.Close() })
	for _, writers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			beside.Compare(b, beside.Crowd(writers, func() error { return act(s) }), beside.Crowd(writers, func() error { return actBare(bare) }))
		})
	}
}

func act(s store.Store) error {
	n := int(numbers.Add(1))
	return s.Commit(context.Background(),
		put(store.Key{Collection: "profiles", ID: profileID(n * 7919 % customers)}, store.Unchecked, string(profile)),
		put(store.Key{Collection: "journal", ID: newID(n)}, 0, string(small)),
		put(store.Key{Collection: "actions", ID: newID(n)}, 0, string(small)))
}

func actBare(c *firestore.Client) error {
	n := int(numbers.Add(1))
	fields := func(id string, data []byte) map[string]any {
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			panic(err)
		}
		return map[string]any{"id": id, "data": object, "commit": n}
	}
	//lint:ignore SA1019 one call that is all or nothing: the transaction in its place takes two
	_, err := c.Batch().
		Set(c.Collection("bareprofiles").Doc(profileID(n*7919%customers)), fields(profileID(n*7919%customers), profile)).
		Create(c.Collection("barejournal").Doc(newID(n)), fields(newID(n), small)).
		Create(c.Collection("bareactions").Doc(newID(n)), fields(newID(n), small)).
		Commit(context.Background())
	return err
}
