// Package stores holds what no store may change: the same stories, the same crowd at
// the same door, and the same kills end with the same documents on all of them.
package stores

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/dynamodb"
	_ "redthread.dev/shared/store/firestore"
	_ "redthread.dev/shared/store/postgres"
	_ "redthread.dev/shared/store/sqlite"
	"redthread.dev/tests/emulators/stores"
)

// places make an empty place in each store but memory, which the others are held to.
var places = map[string]func(testing.TB) string{
	"sqlite": stores.SQLite, "postgres": stores.Postgres, "firestore": stores.Firestore, "dynamodb": stores.DynamoDB,
}

// open opens a new place, which is closed with the test.
func open(t *testing.T, place func(testing.TB) string, clock store.Option) store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), place(t), clock)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestEveryStoryEndsTheSameOnEveryStore(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, d := range functions.Flows {
				t.Run(d.Name, func(t *testing.T) {
					folder := filepath.Join("..", "..", "functions", "flows", d.Name, "testdata")
					flowtest.On(t, d, folder, func(t *testing.T, clock store.Option) store.Store { return open(t, place, clock) })
				})
			}
		})
	}
}
