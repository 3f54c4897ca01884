package sqlite_test

import (
	"path/filepath"
	"testing"

	_ "redthread.dev/shared/store/sqlite"
	"redthread.dev/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "a.db") })
}
