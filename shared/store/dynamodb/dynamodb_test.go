package dynamodb

import (
	"testing"

	"redthread.dev/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, somewhere, storetest.Light())
}
