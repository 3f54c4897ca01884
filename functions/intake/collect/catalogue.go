package collect

import (
	"time"

	"redthread.dev/events"
	"redthread.dev/shared/store"
)

// reference is the catalogue document that an event replaces.
type reference struct {
	key   store.Key
	write func(doc store.Document, at time.Time) (w store.Write, newer bool, err error)
}

func catalogued(data events.Data) *reference { return nil }
