package memory_test

import (
	"testing"

	_ "redthread.dev/shared/store/memory"
	"redthread.dev/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) string { return "memory:" }, storetest.Forgetful())
}
