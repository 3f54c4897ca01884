package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"redthread.dev/shared/store"
)

// Held is what a document holds, whatever the store: its value, where it is in the
// index, and when it expires.
type Held struct {
	Value   any
	Entry   store.Entry
	Expires time.Time
}

// Content returns all documents of the collections, to be compared with those of
// another store.
func Content(t *testing.T, s store.Store, collections ...string) map[store.Key]Held {
	t.Helper()
	all := map[store.Key]Held{}
	for _, name := range collections {
		for d, err := range s.Query(t.Context(), store.Query{Collection: name}) {
			require.NoError(t, err)
			all[d.Key] = Held{value(t, d.Data), d.Entry, d.Expires}
		}
	}
	return all
}
