package firestore_test

import (
	"testing"

	_ "redthread.dev/shared/store/firestore"
	"redthread.dev/shared/store/storetest"
	"redthread.dev/tests/emulators/stores"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) string { return stores.Firestore(t) })
}
