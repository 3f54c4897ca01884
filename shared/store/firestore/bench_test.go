package firestore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cloud.google.com/go/firestore"
	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/bench/beside"
	"redthread.dev/tests/emulators/stores"
)

var work = storetest.NewWork(1000, storetest.Viewer(24))

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
			beside.Compare(b, beside.Crowd(writers, func() error { return work.Act(s) }), beside.Crowd(writers, func() error { return actBare(bare) }))
		})
	}
}

func actBare(c *firestore.Client) error {
	who, id := work.Turn()
	fields := func(id string, data []byte) map[string]any {
		var object map[string]any
		if err := json.Unmarshal(data, &object); err != nil {
			panic(err)
		}
		return map[string]any{"id": id, "data": object, "commit": rand.Int64()}
	}
	//lint:ignore SA1019 one call that is all or nothing: the transaction in its place takes two
	_, err := c.Batch().
		Set(c.Collection("bareprofiles").Doc(who), fields(who, work.Profile)).
		Create(c.Collection("barejournal").Doc(id), fields(id, work.Small)).
		Create(c.Collection("bareactions").Doc(id), fields(id, work.Small)).
		Commit(context.Background())
	return err
}
