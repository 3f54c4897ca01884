// Package stores holds what no store may change: the same stories end with the same
// documents on all of them.
package stores

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"redthread.dev/functions"
	"redthread.dev/shared/flow/flowtest"
	"redthread.dev/shared/store"
	_ "redthread.dev/shared/store/sqlite"
)

func TestEveryStoryEndsTheSame(t *testing.T) {
	for _, d := range functions.Flows {
		t.Run(d.Name, func(t *testing.T) {
			folder := filepath.Join("..", "..", "functions", "flows", d.Name, "testdata")
			flowtest.On(t, d, folder, func(t *testing.T, clock store.Option) store.Store {
				s, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "s.db"), clock)
				require.NoError(t, err)
				t.Cleanup(func() { s.Close() })
				return s
			})
		})
	}
}
